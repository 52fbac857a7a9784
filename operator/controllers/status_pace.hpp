#pragma once
// Holds back status writes that change numbers alone: at most one per object in 30 s. Source: api.md "Conventions".

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace haetae::controllers {

/// Thread: any.
class StatusPace {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds kLeast{30'000};

  /// How long a write of numbers alone has to wait yet; zero = it may be made now.
  [[nodiscard]] std::chrono::milliseconds wait(const std::string& uid, Moment now) const {
    const std::lock_guard lock(mutex_);
    const auto last = last_.find(uid);
    if (last == last_.end()) return std::chrono::milliseconds(0);
    const auto due = last->second + kLeast;
    return due <= now ? std::chrono::milliseconds(0) : std::chrono::ceil<std::chrono::milliseconds>(due - now);
  }
  void wrote(const std::string& uid, Moment now) {
    const std::lock_guard lock(mutex_);
    if (last_.size() > 1000) std::erase_if(last_, [&](const auto& entry) { return entry.second + kLeast < now; });
    last_[uid] = now;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Moment> last_;
};

}  // namespace haetae::controllers
