#include "kube/beast_lookup.hpp"

#include <netdb.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <system_error>
#include <thread>
#include <utility>

#include "kube/http1.hpp"

namespace haetae::kube {

namespace {

using Tcp = boost::asio::ip::tcp;

Error unknown_host(const std::string& host, const char* why) {
  return {Code::Unreachable, "look up " + host + ": " + in_grammar(why)};
}

// Blocks for as long as the system's resolver likes.
Result<Lookup::Addresses> look_up(const std::string& host, const std::string& port) {
  addrinfo wish{};
  wish.ai_socktype = SOCK_STREAM;
  wish.ai_flags = AI_ADDRCONFIG | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  if (const int failed = getaddrinfo(host.c_str(), port.c_str(), &wish, &list); failed != 0) {
    return unknown_host(host, failed == EAI_NONAME ? "host not found" : gai_strerror(failed));
  }
  Lookup::Addresses all;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    Tcp::endpoint address;
    if (one->ai_addrlen > address.capacity()) continue;
    address.resize(one->ai_addrlen);
    std::memcpy(address.data(), one->ai_addr, one->ai_addrlen);
    all.push_back(address);
  }
  freeaddrinfo(list);
  if (all.empty()) return unknown_host(host, "no address");
  return all;
}

}  // namespace

Lookup::Lookup(Reactor& reactor, std::shared_ptr<Gate> gate, std::string host, std::string port)
    : reactor_(reactor), gate_(std::move(gate)), host_(std::move(host)), port_(std::move(port)) {}

void Lookup::find(Found found) {
  boost::system::error_code not_literal;
  const auto literal = boost::asio::ip::make_address(host_, not_literal);
  if (!not_literal) {
    unsigned short port = 0;
    std::from_chars(port_.data(), port_.data() + port_.size(), port);
    return found(Addresses{Tcp::endpoint(literal, port)});
  }
  if (!good_.empty() && reactor_.now() - as_of_ < kFresh) return found(good_);
  waiting_.push_back(std::move(found));
  if (!good_.empty()) {
    reactor_.after(kPatience, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tell(self->good_);
    });
  }
  if (!asking_) ask();
}

void Lookup::prefer(const Tcp::endpoint& address) {
  const auto here = std::find(good_.begin(), good_.end(), address);
  if (here != good_.end()) std::rotate(good_.begin(), here, here + 1);
}

void Lookup::ask() {
  asking_ = true;
  try {
    std::thread([gate = gate_, weak = weak_from_this(), host = host_, port = port_] {
      auto result = look_up(host, port);
      gate->post([weak, result = std::move(result)] {
        if (const auto self = weak.lock()) self->answered(result);
      });
    }).detach();
  } catch (const std::system_error&) {
    answered(unknown_host(host_, "no thread to ask in"));
  }
}

void Lookup::answered(Result<Addresses> result) {
  asking_ = false;
  if (result) {
    const Addresses before = std::exchange(good_, std::move(result).value());
    as_of_ = reactor_.now();
    if (!before.empty()) prefer(before.front());
    return tell(good_);
  }
  if (good_.empty()) return tell(result);
  tell(good_);
}

void Lookup::tell(const Result<Addresses>& result) {
  for (auto& found : std::exchange(waiting_, {})) found(result);
}

}  // namespace haetae::kube
