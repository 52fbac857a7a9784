#include "controllers/resources.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace haetae::controllers {

namespace {

kube::Resource ours(const char* plural, const char* kind, bool namespaced = false) {
  return {"haetae.io", "v1alpha1", plural, kind, namespaced};
}

constexpr std::ptrdiff_t kBeforeManifests = 8;  ///< owned_resources() that every copy may have

}  // namespace

template <> const kube::Resource& hub_resource<api::RiskTier>() {
  static const auto kResource = ours("risktiers", "RiskTier");
  return kResource;
}
template <> const kube::Resource& hub_resource<api::Center>() {
  static const auto kResource = ours("centers", "Center");
  return kResource;
}
template <> const kube::Resource& hub_resource<api::MemberCluster>() {
  static const auto kResource = ours("memberclusters", "MemberCluster");
  return kResource;
}
template <> const kube::Resource& hub_resource<api::TenantSystem>() {
  static const auto kResource = ours("tenantsystems", "TenantSystem", true);
  return kResource;
}
template <> const kube::Resource& hub_resource<api::FleetPolicy>() {
  static const auto kResource = ours("fleetpolicies", "FleetPolicy");
  return kResource;
}
template <> const kube::Resource& hub_resource<api::ServiceProvider>() {
  static const auto kResource = ours("serviceproviders", "ServiceProvider");
  return kResource;
}
template <> const kube::Resource& hub_resource<api::Handoff>() {
  static const auto kResource = ours("handoffs", "Handoff", true);
  return kResource;
}

template <> const kube::Resource& hub_resource<api::Approval>() {
  static const auto kResource = ours("approvals", "Approval", true);
  return kResource;
}

const kube::Resource& secrets() {
  static const kube::Resource kResource{"", "v1", "secrets", "Secret", true};
  return kResource;
}
const kube::Resource& config_maps() {
  static const kube::Resource kResource{"", "v1", "configmaps", "ConfigMap", true};
  return kResource;
}
const kube::Resource& pods() {
  static const kube::Resource kResource{"", "v1", "pods", "Pod", true};
  return kResource;
}
const kube::Resource& nodes() {
  static const kube::Resource kResource{"", "v1", "nodes", "Node", false};
  return kResource;
}
const kube::Resource& namespaces() { return owned_resources().front(); }
const kube::Resource& quotas() { return owned_resources()[1]; }

const std::vector<kube::Resource>& owned_resources() {
  static const std::vector<kube::Resource> kAll{
      {"", "v1", "namespaces", "Namespace", false},
      {"", "v1", "resourcequotas", "ResourceQuota", true},
      {"", "v1", "limitranges", "LimitRange", true},
      {"", "v1", "services", "Service", true},
      {"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true},
      {"apps", "v1", "deployments", "Deployment", true},
      {"apps", "v1", "statefulsets", "StatefulSet", true},
      {"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true},
      {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true},
      {"", "v1", "configmaps", "ConfigMap", true},
      {"", "v1", "serviceaccounts", "ServiceAccount", true},
      {"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true},
      {"networking.k8s.io", "v1", "ingresses", "Ingress", true},
      {"gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true},
      {"batch", "v1", "cronjobs", "CronJob", true},
  };
  return kAll;
}

bool is_for_manifests(const kube::Resource& resource) {
  const auto at = std::find(owned_resources().begin(), owned_resources().end(), resource);
  return at - owned_resources().begin() >= kBeforeManifests && at != owned_resources().end();
}
const kube::Resource& claims() { return owned_resources()[kBeforeManifests]; }

const std::vector<kube::Resource>& foreign_resources() {
  static const std::vector<kube::Resource> kAll{
      pods(),
      {"", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true},
      {"", "v1", "services", "Service", true},
      {"", "v1", "configmaps", "ConfigMap", true},
      {"", "v1", "serviceaccounts", "ServiceAccount", true},
      {"", "v1", "limitranges", "LimitRange", true},
      {"", "v1", "resourcequotas", "ResourceQuota", true},
      {"apps", "v1", "deployments", "Deployment", true},
      {"apps", "v1", "statefulsets", "StatefulSet", true},
      {"apps", "v1", "daemonsets", "DaemonSet", true},
      {"apps", "v1", "replicasets", "ReplicaSet", true},
      {"batch", "v1", "jobs", "Job", true},
      {"batch", "v1", "cronjobs", "CronJob", true},
      {"networking.k8s.io", "v1", "ingresses", "Ingress", true},
      {"networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true},
      {"gateway.networking.k8s.io", "v1", "httproutes", "HTTPRoute", true},
      {"policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true},
      {"autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", true},
  };
  return kAll;
}

const kube::Resource& owned_resource(const api::ObjectId& id) {
  for (const auto& resource : owned_resources())
    if (resource.kind == id.kind && resource.api_version() == id.api_version) return resource;
  std::fprintf(stderr, "kind %s %s is not declared in controllers/resources.cpp\n", id.api_version.c_str(), id.kind.c_str());
  std::abort();
}

}  // namespace haetae::controllers
