#pragma once
// Where cpprestsdk puts body bytes. Its own buffers read 20 MB/s or hold a whole stream; this holds nothing.

#include <cpprest/astreambuf.h>

#include <cstdint>
#include <functional>
#include <utility>

namespace haetae::kube {

/// Hands each piece on; the library reads the next one once the returned task is complete: that is the back-pressure.
/// Thread: the library's pool.
class PushSink final : public concurrency::streams::details::streambuf_state_manager<std::uint8_t> {
 public:
  using Take = std::function<pplx::task<std::size_t>(const std::uint8_t* bytes, std::size_t count)>;
  explicit PushSink(Take take) : streambuf_state_manager(std::ios_base::out), take_(std::move(take)) {}

 protected:
  using Byte = std::uint8_t;
  pplx::task<std::size_t> _putn(const Byte* bytes, std::size_t count) override { return take_(bytes, count); }

  // The rest is for buffers that can be read, sought or written by the byte; ours is none.
  bool can_seek() const override { return false; }
  bool has_size() const override { return false; }
  std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
  void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
  std::size_t in_avail() const override { return 0; }
  pos_type getpos(std::ios_base::openmode) const override { return static_cast<pos_type>(traits::eof()); }
  pos_type seekpos(pos_type, std::ios_base::openmode) override { return static_cast<pos_type>(traits::eof()); }
  pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
    return static_cast<pos_type>(traits::eof());
  }
  bool acquire(Byte*&, std::size_t&) override { return false; }
  void release(Byte*, std::size_t) override {}
  pplx::task<int_type> _putc(Byte) override { return none(); }
  pplx::task<int_type> _bumpc() override { return none(); }
  pplx::task<int_type> _getc() override { return none(); }
  pplx::task<int_type> _nextc() override { return none(); }
  pplx::task<int_type> _ungetc() override { return none(); }
  int_type _sbumpc() override { return traits::eof(); }
  int_type _sgetc() override { return traits::eof(); }
  pplx::task<std::size_t> _getn(Byte*, std::size_t) override { return pplx::task_from_result<std::size_t>(0); }
  std::size_t _scopy(Byte*, std::size_t) override { return 0; }
  pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
  Byte* _alloc(std::size_t) override { return nullptr; }
  void _commit(std::size_t) override {}

 private:
  static pplx::task<int_type> none() { return pplx::task_from_result<int_type>(traits::eof()); }

  Take take_;
};

}  // namespace haetae::kube
