#include "runtime/projection.hpp"

#include <doctest/doctest.h>

#include "runtime/apply.hpp"

using namespace haetae;
using namespace haetae::runtime;

namespace {

const Paths kNothing{"nothing"};

std::string kept(std::string_view json, const Paths& paths) {
  const auto seen = project(json, paths);
  return seen ? seen->kept.dump() : seen.error().message;
}

std::uint64_t content(std::string_view json) {
  const auto seen = project(json, kNothing, &kNothing);
  REQUIRE(seen);
  return seen->content;
}

std::uint64_t owned_content(std::string_view json, const std::string& kind = "Deployment") {
  const auto seen = owned_object(json, kind == "Namespace" ? "v1" : "apps/v1", kind);
  REQUIRE(seen);
  return seen->content;
}

}  // namespace

TEST_CASE("only the named places are kept, with all that is below them") {
  const char* pod = R"({"kind":"Pod","metadata":{"name":"a","labels":{"x.io/y":"1","z":"2"},"uid":"u"},
    "spec":{"nodeName":"n1","containers":[{"name":"c","resources":{"requests":{"cpu":"1"}},"image":"i"},{"image":"j"}]}})";
  CHECK(kept(pod, {"metadata.name", "spec.containers[].resources"}) ==
        R"({"metadata":{"name":"a"},"spec":{"containers":[{"resources":{"requests":{"cpu":"1"}}},{}]}})");
  CHECK(kept(pod, {"metadata.labels[x.io/y]"}) == R"({"metadata":{"labels":{"x.io/y":"1"}}})");
  CHECK(kept(pod, {"spec.containers[]"}) ==
        R"({"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}},"image":"i"},{"image":"j"}]}})");
  CHECK(kept(pod, {"status.phase"}) == "{}");
}

TEST_CASE("managedFields are dropped even from a place that is kept whole, and a field of that name elsewhere is not") {
  CHECK(kept(R"({"metadata":{"managedFields":[{"fieldsV1":{"f:spec":{}}}],"name":"a"},"spec":{"managedFields":[1]}})",
             {"metadata", "spec"}) == R"({"metadata":{"name":"a"},"spec":{"managedFields":[1]}})");
  CHECK(content(R"({"metadata":{"managedFields":[{"manager":"a"}],"name":"a"}})") == content(R"({"metadata":{"name":"a"}})"));
}

TEST_CASE("the content hash does not see the order of keys and sees everything else") {
  const auto base = content(R"({"a":{"x":1,"y":[1,2,{"z":"t"}]},"b":null})");
  CHECK(base == content(R"({"b" : null, "a":{"y":[1,2,{"z":"t"}],"x":1}})"));
  for (const char* other : {R"({"a":{"x":1,"y":[2,1,{"z":"t"}]},"b":null})",   // order of elements
                            R"({"a":{"x":1,"y":[1,2,{"z":"u"}]},"b":null})",   // a text
                            R"({"a":{"x":"1","y":[1,2,{"z":"t"}]},"b":null})", // a type
                            R"({"a":{"x":1,"y":[1,2,{"z":"t"}]}})",            // a missing key
                            R"({"a":{"x":1,"y":[1,2,{"z":"t"}]},"c":null})",   // another key
                            R"({"a":{"y":1,"x":[1,2,{"z":"t"}]},"b":null})",   // values swapped between keys
                            R"({"a":{"x":1,"y":[1,2,[{"z":"t"}]]},"b":null})", // one level more
                            R"({"a":{"x":1,"y":[1,2,{"z":"t"}],"n":{}},"b":null})",
                            R"({"a":{"x":1,"y":[1,2,{"z":"t"},[]]},"b":null})"})
    CHECK_MESSAGE(base != content(other), other);
  CHECK(content(R"({"a":true})") != content(R"({"a":false})"));
  CHECK(content(R"({"a":{}})") != content(R"({"a":[]})"));
  CHECK(content(R"({"a":-1})") != content(R"({"a":1})"));
  CHECK(content(R"({"a":1.5})") != content(R"({"a":1.25})"));
}

TEST_CASE("broken, foreign or oversized text is refused without a crash and without being quoted") {
  for (const char* text :
       {"", "[]", "7", "\"secret\"", "{", "{\"a\":1}}", "{\"a\":\"\xff\"}", "{\"a\":\"\\ud800\"}", "{]"}) {
    const auto seen = project(text, kNothing);
    REQUIRE_FALSE(seen);
    CHECK(seen.error().code == Code::Malformed);
    CHECK(seen.error().message.find("secret") == std::string::npos);
  }
  const auto nested = [](int depth) {
    std::string text = "{\"a\":";
    for (int i = 1; i < depth; ++i) text += "[";
    for (int i = 1; i < depth; ++i) text += "]";
    return text + "}";
  };
  // nested(64) holds 64 levels and, in the innermost list, nothing.
  CHECK(project(nested(64), Paths{"a"}));
  CHECK_FALSE(project(nested(65), Paths{"a"}));
  CHECK_FALSE(project(nested(65), kNothing));   // also where it is dropped
  CHECK_FALSE(project(nested(200'000), kNothing));
  CHECK_FALSE(project(R"({"a":"0123456789"})", kNothing, nullptr, {.bytes = 10}));
  CHECK_FALSE(project(R"({"a":[1,2,3]})", kNothing, nullptr, {.nodes = 3}));
}

TEST_CASE("every cut of a text is refused") {
  const std::string whole = R"({"metadata":{"name":"가나","labels":{"a":"b"}},"spec":{"replicas":12,"x":[1.5e3,true,null]}})";
  REQUIRE(project(whole, kNothing, &kNothing));
  for (std::size_t n = 0; n < whole.size(); ++n)
    CHECK_FALSE(project(std::string_view(whole).substr(0, n), Paths{"metadata"}, &kNothing));
}

TEST_CASE("what was kept is read with empty answers for what is missing or of another type") {
  const auto seen = project(R"({"a":{"b":"t","n":7,"yes":true,"m":{"x":"1","y":2}}})", Paths{"a"});
  REQUIRE(seen);
  const auto& tree = seen->kept;
  CHECK(text_at(tree, {"a", "b"}) == "t");
  CHECK(text_at(tree, {"a", "b", "c"}).empty());
  CHECK(text_at(tree, {"a", "n"}).empty());
  CHECK(integer_at(tree, {"a", "n"}) == 7);
  CHECK_FALSE(integer_at(tree, {"a", "b"}));
  CHECK(true_at(tree, {"a", "yes"}));
  CHECK_FALSE(true_at(tree, {"a", "n"}));
  CHECK(texts_at(tree, {"a", "m"}) == api::Labels{{"x", "1"}});
  CHECK(find(tree, {"z"}) == nullptr);
}

TEST_CASE("resourceVersions are compared as numbers of any length") {
  CHECK(not_older("10", "9"));
  CHECK(not_older("10", "10"));
  CHECK_FALSE(not_older("9", "10"));
  CHECK(not_older("100000000000000000000000000001", "100000000000000000000000000000"));
  CHECK(not_older("010", "9"));
  CHECK_FALSE(not_older("", "1"));
  CHECK_FALSE(not_older("abc", "1"));
  CHECK_FALSE(not_older("7", ""));
}

TEST_CASE("one of our objects is told by identity, marks, replicas and what could be changed against us") {
  const auto seen = owned_object(R"({"metadata":{"name":"web","namespace":"ts-mois-gov24","uid":"u1",
      "resourceVersion":"42","labels":{"haetae.io/system":"mois.gov24"},"annotations":{"haetae.io/system-ref":"mois/gov24"},
      "deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{"replicas":3}})",
                                 "apps/v1", "Deployment");
  REQUIRE(seen);
  CHECK(seen->id == api::ObjectId{"apps/v1", "Deployment", "ts-mois-gov24", "web"});
  CHECK(seen->uid == "u1");
  CHECK(seen->resource_version == "42");
  CHECK(seen->system == "mois.gov24");
  CHECK(seen->mark == "mois/gov24");
  CHECK(seen->replicas == 3);
  CHECK(seen->deleting);
  CHECK_FALSE(owned_object(R"({"metadata":{}})", "v1", "Service"));
}

TEST_CASE("what servers keep for themselves does not change the content, what people change does") {
  const auto base = owned_content(R"({"metadata":{"name":"web"},"spec":{"replicas":3}})");
  for (const char* same :
       {R"({"metadata":{"name":"web","resourceVersion":"9","uid":"u","generation":4},"spec":{"replicas":3}})",
        R"({"metadata":{"name":"web","managedFields":[{"manager":"x"}]},"spec":{"replicas":3},"status":{"replicas":2}})",
        R"({"metadata":{"name":"web","annotations":{"deployment.kubernetes.io/revision":"2"}},"spec":{"replicas":3}})",
        R"({"metadata":{"name":"web","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"replicas":3}})"})
    CHECK_MESSAGE(base == owned_content(same), same);
  for (const char* other : {R"({"metadata":{"name":"web"},"spec":{"replicas":4}})",
                            R"({"metadata":{"name":"web","labels":{"a":"b"}},"spec":{"replicas":3}})",
                            R"({"metadata":{"name":"web","ownerReferences":[]},"spec":{"replicas":3}})",
                            R"({"metadata":{"name":"web","annotations":{}},"spec":{"replicas":3}})",
                            R"({"metadata":{"name":"web"},"spec":{"replicas":3},"data":{}})"})
    CHECK_MESSAGE(base != owned_content(other), other);
  CHECK(owned_content(R"({"metadata":{"name":"n"},"spec":{"finalizers":["kubernetes"]}})", "Namespace") ==
        owned_content(R"({"metadata":{"name":"n"},"spec":{"finalizers":["other"]}})", "Namespace"));
}
