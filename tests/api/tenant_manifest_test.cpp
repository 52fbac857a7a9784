#include "api/tenant_manifest.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace haetae::api {
namespace {

const Inside kInside{"ts-mois-gov24", {"web"}, {"reader"}};

std::vector<std::string> texts(const std::string& object, std::optional<RunsIn> runs_in = {}) {
  std::vector<std::string> all;
  for (const auto& fault : manifest_faults({runs_in, {object}}, kInside)) all.push_back(fault.text());
  return all;
}

}  // namespace

// What is refused is in tests/hostile/table.json; here is what is not.
TEST_CASE("objects of the closed list that stay inside are taken as they are") {
  for (const char* object : {
           R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"settings.v1","namespace":"ts-mois-gov24",
               "labels":{"app.kubernetes.io/name":"x"},"annotations":{"example.com/x":"any text\n"},"creationTimestamp":null},
               "data":{"a":""},"binaryData":{},"immutable":true})",
           R"({"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"reader"},"imagePullSecrets":[{"name":"pull"}],
               "automountServiceAccountToken":false})",
           R"({"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"uploads"},"spec":{"accessModes":
               ["ReadWriteMany"],"storageClassName":"shared","resources":{"requests":{"storage":"10Gi"}}}})",
           R"({"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"web","annotations":
               {"nginx.ingress.kubernetes.io/proxy-body-size":"8m"}},"spec":{"ingressClassName":"public",
               "tls":[{"hosts":["gov24.example"],"secretName":"tls"}],"rules":[{"host":"gov24.example","http":{"paths":
               [{"path":"/","pathType":"Prefix","backend":{"service":{"name":"web","port":{"name":"http"}}}}]}}]}})",
           R"({"apiVersion":"gateway.networking.k8s.io/v1","kind":"HTTPRoute","metadata":{"name":"web"},"spec":{"parentRefs":
               [{"name":"public","namespace":"gateways"}],"hostnames":["gov24.example"],"rules":[{"backendRefs":
               [{"name":"web","port":80}],"filters":[{"type":"RequestMirror","requestMirror":{"backendRef":{"name":"web"}}}]}]}})",
           R"({"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"web"},"spec":{"podSelector":{},
               "policyTypes":["Ingress"]}})",
           R"({"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly"},"spec":{"schedule":"0 3 * * *",
               "jobTemplate":{"spec":{"parallelism":1,"template":{"spec":{"serviceAccountName":"reader","restartPolicy":"Never",
               "containers":[{"name":"a","image":"pause:3.10"}]}}}}}})"}) {
    CAPTURE(object);
    const auto found = texts(object);
    CHECK_MESSAGE(found.empty(), (found.empty() ? "" : found.front()));
  }
}

TEST_CASE("runsIn belongs to CronJobs, and what a text is not is told") {
  CHECK(texts(R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}})", RunsIn::Writer) ==
        std::vector<std::string>{"runsIn: is refused: only a CronJob runs"});
  CHECK(texts("[]") == std::vector<std::string>{"object: is not an object"});
  CHECK_FALSE(texts("{").empty());
  CHECK_FALSE(texts("{}").empty());
  CHECK(manifest_head({"{"}).kind.empty());
  CHECK_FALSE(job_template({"{"}).has_value());
  CHECK_FALSE(job_template({R"({"kind":"ConfigMap","spec":{"jobTemplate":{"spec":{"template":{}}}}})"}).has_value());
}

TEST_CASE("wrong types anywhere are faults and never a surprise") {
  for (const char* kind : {"ConfigMap", "ServiceAccount", "PersistentVolumeClaim", "Ingress", "HTTPRoute", "NetworkPolicy", "CronJob"})
    for (const char* rest : {R"("metadata":[])", R"("metadata":{"name":7})", R"("metadata":{"name":"a","labels":[],"annotations":7})",
                             R"("metadata":{"name":"a","labels":{"a":7}},"spec":[])", R"("spec":{"rules":{},"jobTemplate":[]})",
                             R"("spec":{"rules":[7],"hostnames":[7],"jobTemplate":{"spec":{"template":7}}})"}) {
      CAPTURE(kind);
      CAPTURE(rest);
      CHECK_FALSE(texts("{\"apiVersion\":\"v1\",\"kind\":\"" + std::string(kind) + "\"," + rest + "}").empty());
    }
}

TEST_CASE("names that Haetae, Kubernetes or a StatefulSet give are taken") {
  CHECK(is_taken_name({"v1", "ConfigMap", "", "kube-root-ca.crt"}, {}));
  CHECK(is_taken_name({"v1", "ServiceAccount", "", "default"}, {}));
  CHECK(is_taken_name({"v1", "ConfigMap", "", "haetae"}, {}));
  CHECK(is_taken_name({"v1", "PersistentVolumeClaim", "", "data-db-12"}, {"data-db-"}));
  CHECK_FALSE(is_taken_name({"v1", "PersistentVolumeClaim", "", "data-db-x"}, {"data-db-"}));
  CHECK_FALSE(is_taken_name({"v1", "PersistentVolumeClaim", "", "data-db-"}, {"data-db-"}));
  CHECK_FALSE(is_taken_name({"v1", "ConfigMap", "", "default"}, {}));
}

}  // namespace haetae::api
