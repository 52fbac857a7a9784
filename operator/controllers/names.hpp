#pragma once
// Names that go out with our requests, and names of the controllers in the queue and in metrics.

namespace haetae::controllers {

// Field managers: one per purpose, or two code paths would undo each other. Source: architecture.md §5.
inline constexpr auto kDeliveryManager = "haetae-delivery";    ///< objects in member clusters
inline constexpr auto kPlacementManager = "haetae-placement";  ///< status.placement
inline constexpr auto kStatusManager = "haetae-status";        ///< every other status field
inline constexpr auto kLabelManager = "haetae-labels";         ///< labels on MemberCluster objects
inline constexpr auto kFinalizerManager = "haetae-finalizer";  ///< our finalizers

// Controllers, as in keys and metrics.
inline constexpr auto kConnection = "connection";
inline constexpr auto kPlacement = "placement";
inline constexpr auto kFinalizer = "finalizer";
inline constexpr auto kDelivery = "delivery";
inline constexpr auto kTenantSystem = "tenant_system";
inline constexpr auto kInventory = "inventory";
inline constexpr auto kApproval = "approval";
inline constexpr auto kUnreadable = "unreadable";

inline constexpr auto kPolicyName = "default";  ///< of the one FleetPolicy

}  // namespace haetae::controllers
