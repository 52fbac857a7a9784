#pragma once
// Bytes of one HTTP/1.1 response → head, body pieces, end. Sans-IO, over Beast's parser.

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kube/transport.hpp"

namespace haetae::kube {

/// Feeds Beast's parser with bytes as they come and keeps only what it could not use yet (never more than one
/// header's worth). Body bytes are handed on without a copy.
class Answer final : private boost::beast::http::basic_parser<false> {
 public:
  struct Parts {
    std::function<void(int status, const Headers&)> on_head;
    std::function<void(std::string_view bytes)> on_bytes;
  };
  /// `body_bytes` 0 = no limit.
  Answer(Parts parts, std::size_t header_bytes, std::size_t body_bytes);

  /// True = complete, false = more bytes are needed. Errors: Malformed (not HTTP, or over a limit).
  [[nodiscard]] Result<bool> feed(std::string_view bytes);
  /// The connection ended in order. Done where that is how this body ends. Errors: Unreachable "answer cut short".
  [[nodiscard]] Status ended();

  [[nodiscard]] bool begun() const { return got_some(); }
  [[nodiscard]] bool has_head() const { return is_header_done(); }
  /// Complete, nothing behind it, and the server keeps the connection.
  [[nodiscard]] bool leaves_connection_usable() const { return is_done() && keep_alive() && rest_.empty(); }

 private:
  using Failure = boost::beast::error_code;
  using Text = boost::beast::string_view;
  void on_request_impl(boost::beast::http::verb, Text, Text, int, Failure&) override {}
  void on_response_impl(int code, Text, int, Failure&) override { status_ = code; }
  void on_field_impl(boost::beast::http::field, Text name, Text value, Failure& failure) override;
  void on_header_impl(Failure&) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Failure&) override {}
  std::size_t on_body_impl(Text bytes, Failure&) override;
  void on_chunk_header_impl(std::uint64_t, Text, Failure&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, Failure& failure) override;
  void on_finish_impl(Failure&) override {}
  [[nodiscard]] Error malformed(const Failure& failure) const;

  Parts parts_;
  std::size_t header_bytes_;
  std::size_t body_bytes_;
  int status_{0};
  std::size_t head_bytes_{0};
  Headers headers_;
  std::string rest_;  // bytes that the parser needs to see again, with what follows them
};

}  // namespace haetae::kube
