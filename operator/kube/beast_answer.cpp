#include "kube/beast_answer.hpp"

#include <boost/beast/http/error.hpp>
#include <limits>
#include <utility>

#include "kube/http1.hpp"

namespace haetae::kube {

namespace http = boost::beast::http;

Answer::Answer(Parts parts, std::size_t header_bytes, std::size_t body_bytes)
    : parts_(std::move(parts)), header_bytes_(header_bytes), body_bytes_(body_bytes) {
  eager(true);
  header_limit(static_cast<std::uint32_t>(header_bytes));
  // Beast 1.74 reads "no limit" as "every body is too large" (beast #2070).
  body_limit(body_bytes == 0 ? std::numeric_limits<std::uint64_t>::max() : body_bytes);
}

Result<bool> Answer::feed(std::string_view bytes) {
  if (!rest_.empty()) bytes = rest_.append(bytes);
  Failure failure;
  const auto used = put(boost::asio::const_buffer(bytes.data(), bytes.size()), failure);
  if (failure == http::error::need_more) failure = {};
  if (failure) return malformed(failure);
  // Beast does not bound chunk extensions.
  if (bytes.size() - used > header_bytes_) return malformed(make_error_code(http::error::header_limit));
  std::string(bytes.substr(used)).swap(rest_);  // an assignment would keep the room of what is used up
  if (is_done() && status_ / 100 == 1) {
    return Error{Code::Malformed, "unexpected interim answer " + std::to_string(status_)};
  }
  return is_done();
}

Status Answer::ended() {
  Failure failure;
  if (begun()) put_eof(failure);
  if (!begun() || failure) return Error{Code::Unreachable, "answer cut short"};
  return Done{};
}

void Answer::on_field_impl(http::field, Text name, Text value, Failure& failure) {
  // Beast 1.74 holds each field against the limit, not their sum; trailers count too, but say nothing that we read.
  head_bytes_ += name.size() + value.size() + 4;
  if (head_bytes_ > header_bytes_) failure = make_error_code(http::error::header_limit);
  if (has_head() || failure) return;
  headers_.emplace_back(std::string(name), std::string(value));
}

void Answer::on_header_impl(Failure&) { parts_.on_head(status_, std::exchange(headers_, {})); }

std::size_t Answer::on_body_impl(Text bytes, Failure&) {
  if (!bytes.empty()) parts_.on_bytes({bytes.data(), bytes.size()});
  return bytes.size();
}

std::size_t Answer::on_chunk_body_impl(std::uint64_t, Text bytes, Failure& failure) {
  return on_body_impl(bytes, failure);
}

Error Answer::malformed(const Failure& failure) const {
  if (failure == http::error::header_limit) {
    return {Code::Malformed, "answer's header is larger than " + std::to_string(header_bytes_) + " bytes"};
  }
  if (failure == http::error::body_limit) {
    return {Code::Malformed, "answer is larger than " + std::to_string(body_bytes_) + " bytes"};
  }
  return {Code::Malformed, "answer is not HTTP/1.1: " + in_grammar(failure.message())};
}

}  // namespace haetae::kube
