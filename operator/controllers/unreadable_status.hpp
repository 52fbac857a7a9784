#pragma once
// unreadable_status: says of an object that it cannot be read: in its own status, and once by an Event.

#include <cstdint>
#include <vector>

#include "controllers/hub.hpp"
#include "controllers/transitions.hpp"
#include "controllers/unreadable.hpp"
#include "runtime/work_queue.hpp"

namespace haetae::controllers {

/// What its status says of it; the rest stays as it is.
struct Verdict {
  std::int64_t observed_generation{0};
  std::vector<api::Finding> findings{};
  std::vector<api::Condition> conditions{};
  bool operator==(const Verdict&) const = default;
};

/// Keeps what the status said, adds the finding Unreadable and says Stalled. Ready stays what it was where it was said
/// of this very generation, else it is False. Times stay while the meaning does. Pure.
[[nodiscard]] Verdict verdict_on(const Unreadable& object, Timestamp now);

/// Writes for every kind, as the writer whose place it takes: the same field manager, nothing where nothing differs.
/// That writer goes on as soon as the object can be read.
class UnreadableStatusWriter {
 public:
  UnreadableStatusWriter(Hub& hub, const Clock& clock, TellTransition tell);
  /// Key name: as Hub::on_unreadable() tells it, "TenantSystem mois/gov24".
  Result<runtime::Next> reconcile(const runtime::Key& key);

 private:
  template <class T>
  Status report(const runtime::StoreKey& where);

  Hub& hub_;
  const Clock& clock_;
  TellTransition tell_;
};

}  // namespace haetae::controllers
