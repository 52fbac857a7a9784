#pragma once
// Every label and annotation key of ours, once, with its meaning. Source: api.md "Labels".

namespace haetae::domain::labels {

inline constexpr auto kSystem = "haetae.io/system";         ///< <agency>.<system>, hashed past 63; on everything we write
inline constexpr auto kComponent = "haetae.io/component";   ///< on everything of one component, its pods included
inline constexpr auto kRole = "haetae.io/role";             ///< active | standby
inline constexpr auto kTier = "haetae.io/tier";             ///< effective tier
inline constexpr auto kCenter = "haetae.io/center";
inline constexpr auto kDataClass = "haetae.io/data-class";
inline constexpr auto kProvider = "msp.haetae.io/provider"; ///< absent while no provider is named
inline constexpr auto kStage = "msp.haetae.io/stage";
inline constexpr auto kProviderPrefix = "provider.msp.haetae.io/";  ///< + <provider>: <highest stage there>, on MemberClusters

inline constexpr auto kMark = "haetae.io/system-ref";       ///< annotation on the namespace: <agency>/<system>, in full
inline constexpr auto kAdopt = "haetae.io/adopt";           ///< annotation that a member's administrator gives a namespace: <agency>/<system> may have it
inline constexpr auto kFinalizer = "haetae.io/copies";      ///< on TenantSystems: copies exist in member clusters
inline constexpr auto kInUse = "haetae.io/in-use";          ///< finalizer on RiskTiers, Centers and MemberClusters

}  // namespace haetae::domain::labels
