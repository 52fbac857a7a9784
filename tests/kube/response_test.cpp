#include "kube/response.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "base/text.hpp"

using namespace haetae;
using namespace haetae::kube;
using namespace std::chrono_literals;

namespace {
HttpResponse answer(int status, std::string body = {}, Headers headers = {}) {
  return {status, std::move(headers), std::move(body)};
}
std::string status(const std::string& reason, const std::string& message, const std::string& more = {}) {
  return R"({"kind":"Status","apiVersion":"v1","status":"Failure","reason":")" + reason + R"(","message":")" + message +
         "\"" + more + "}";
}
}  // namespace

TEST_CASE("every status has one code that says what to do") {
  const std::pair<int, Code> table[] = {{301, Code::Unreachable}, {400, Code::Rejected},    {401, Code::Forbidden},
                                        {403, Code::Forbidden},   {404, Code::NotFound},    {405, Code::Rejected},
                                        {408, Code::Unreachable}, {409, Code::Conflict},    {410, Code::Gone},
                                        {412, Code::Conflict},    {413, Code::Rejected},    {415, Code::Rejected},
                                        {422, Code::Rejected},    {429, Code::Throttled},   {500, Code::Unreachable},
                                        {503, Code::Unreachable}, {504, Code::Unreachable}, {599, Code::Unreachable}};
  for (const auto& [http, code] : table) {
    CAPTURE(http);
    CHECK(error_of(answer(http)).code == code);
  }
}

TEST_CASE("a good answer is its body") {
  CHECK(*body_of(answer(201, "{}")) == "{}");
  CHECK(body_of(answer(404)).error().code == Code::NotFound);
}

TEST_CASE("the server's reason and message are told on one line") {
  const auto error = error_of(answer(409, status("AlreadyExists", R"(pods \"p\"\nalready exists)")));
  CHECK(error.message == "409 AlreadyExists: pods \"p\" already exists");
  CHECK(already_exists(error));
  CHECK_FALSE(already_exists(error_of(answer(409, status("Conflict", "the object has been modified")))));
  CHECK(status_reason(status("Expired", "x")) == "Expired");
}

TEST_CASE("a body that is no Status is not quoted, whatever it holds") {
  for (const char* body :
       {"<html>hunter2</html>", R"({"kind":"Pod","message":"hunter2"})", R"("hunter2")", "{", "[[["}) {
    CAPTURE(body);
    const auto error = error_of(answer(502, body));
    CHECK(error.message == "502: not a Kubernetes answer");
    CHECK(status_reason(body).empty());
  }
  CHECK(error_of(answer(302)).message == "302: a redirect, which is not followed");
}

TEST_CASE("a long message is cut between characters") {
  std::string message;
  for (int i = 0; i < 400; ++i) message += "해";
  const auto error = error_of(answer(422, status("Invalid", message)));
  CHECK(error.message.size() <= 500);
  CHECK(error.message.size() > 480);
  CHECK(is_utf8(error.message));
}

TEST_CASE("Retry-After is read as seconds, as a date, and from the Status") {
  CHECK(error_of(answer(429, "", {{"Retry-After", "7"}})).retry_after == 7000ms);
  CHECK(error_of(answer(503, "", {{"retry-after", "0"}})).retry_after == 0ms);
  CHECK(error_of(answer(429, "",
                        {{"Date", "Sun, 06 Nov 1994 08:49:37 GMT"}, {"Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT"}}))
            .retry_after == 30'000ms);
  CHECK(error_of(answer(429, status("TooManyRequests", "slow", R"(,"details":{"retryAfterSeconds":4})"))).retry_after ==
        4000ms);
  CHECK_FALSE(error_of(answer(429)).retry_after.has_value());
}

TEST_CASE("an absurd Retry-After is bounded, an unreadable one is none") {
  CHECK(error_of(answer(429, "", {{"Retry-After", "999999999"}})).retry_after == 1h);
  CHECK(error_of(answer(429, "", {{"Retry-After", "-5"}})).retry_after == 0ms);
  for (const char* odd :
       {"soon", "5x", "99999999999999999999999", "Sun, 06 Nov 1994 08:50:07 GMT", "Sun, 99 Xyz 1994 08:49:37 GMT"}) {
    CAPTURE(odd);
    CHECK_FALSE(error_of(answer(429, "", {{"Retry-After", odd}})).retry_after.has_value());
  }
}

TEST_CASE("a version from the future is Gone: the cure is a new list") {
  const auto body = status("Timeout", "Too large resource version: 9, current: 3",
                           R"(,"details":{"causes":[{"reason":"ResourceVersionTooLarge"}]})");
  CHECK(error_of(answer(504, body)).code == Code::Gone);
}

TEST_CASE("an ERROR event's Status counts by its own code") {
  const auto gone = error_of_status(status("Expired", "too old resource version", R"(,"code":410)"));
  CHECK(gone.code == Code::Gone);
  CHECK(gone.message == "410 Expired: too old resource version");
  CHECK(error_of_status("{}").code == Code::Malformed);
  CHECK(error_of_status(status("X", "y", R"(,"code":"410")")).code == Code::Malformed);
}
