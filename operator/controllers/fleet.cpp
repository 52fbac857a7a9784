#include "controllers/fleet.hpp"

#include <utility>

namespace haetae::controllers {

using runtime::Next;

namespace {

constexpr std::chrono::milliseconds kHubFirst{20};
// Secrets are not watched, so that no Secret is ever cached; a rotated one is taken up after this long at the latest.
constexpr std::chrono::seconds kLookAgain{60};
constexpr std::chrono::seconds kRetryBroken{10};

const char* reason_of(Code code) {
  switch (code) {
    case Code::NotFound: return "CredentialsMissing";
    case Code::Malformed: return "CredentialsInvalid";
    default: return "CredentialsUnreadable";
  }
}

}  // namespace

Fleet::Fleet(Hub& hub, const MemberParts& parts, FindWay find_way, std::function<void(const ClusterName&)> on_gone)
    : hub_(hub), parts_(parts), find_way_(std::move(find_way)), on_gone_(std::move(on_gone)) {}

Fleet::~Fleet() = default;

// The hub comes first: before it is synced nothing is decided, and its watches share one thread with every member's.
Result<Next> Fleet::connect(const runtime::Key& key) {
  if (!hub_.synced()) return Next::in(kHubFirst);
  const ClusterName name(key.name);
  const auto object = hub_.shelf<api::MemberCluster>().get(key.name);
  if (!object) {
    replace(name, {});
    on_gone_(name);
    return Next::on_change();
  }
  auto way = find_way_(*object);
  if (!way) return failed(name, way.error());
  {
    const std::lock_guard lock(mutex_);
    const auto held = connections_.find(name);
    if (held != connections_.end() && held->second.member && held->second.fingerprint == way->fingerprint)
      return Next::in(kLookAgain);
  }
  auto client = way->connect();
  if (!client) return failed(name, client.error());
  replace(name, {way->fingerprint, std::make_shared<Member>(parts_, name, std::move(*client)), {}});
  return Next::in(kLookAgain);
}

// What the Secret does not allow any more is ended; a hub that does not answer ends nothing.
Result<Next> Fleet::failed(const ClusterName& name, const Error& error) {
  if (error.code != Code::NotFound && error.code != Code::Malformed && member(name)) return error;
  const auto before = standing(name);
  Standing now{Standing::State::Unknown, before.since ? before.since : parts_.clock.now(), reason_of(error.code), error.message};
  if (!(before == now)) {
    replace(name, {0, nullptr, now});
    if (parts_.events.standing) parts_.events.standing(name, now);
  }
  return Next::in(kRetryBroken);
}

void Fleet::replace(const ClusterName& name, Connection connection) {
  const auto next = connection.member;
  std::shared_ptr<Member> before;
  {
    const std::lock_guard lock(mutex_);
    auto& held = connections_[name];
    before = std::exchange(held, std::move(connection)).member;
    if (!next && held.failure.state == Standing::State::Trying) connections_.erase(name);
  }
  if (before) before->stop();
  if (next) next->start();
}

std::shared_ptr<Member> Fleet::member(const ClusterName& name) const {
  const std::lock_guard lock(mutex_);
  const auto held = connections_.find(name);
  return held == connections_.end() ? nullptr : held->second.member;
}

std::vector<std::shared_ptr<Member>> Fleet::members() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Member>> out;
  for (const auto& [name, connection] : connections_)
    if (connection.member) out.push_back(connection.member);
  return out;
}

Standing Fleet::standing(const ClusterName& name) const {
  std::shared_ptr<Member> member;
  {
    const std::lock_guard lock(mutex_);
    const auto held = connections_.find(name);
    if (held == connections_.end()) return {};
    if (!held->second.member) return held->second.failure;
    member = held->second.member;
  }
  return judged(name, *member);
}

// A cluster of another uid is not the one that holds our copies, whatever its name and however well it answers.
Standing Fleet::judged(const ClusterName& name, const Member& member) const {
  auto standing = member.standing();
  const auto object = hub_.shelf<api::MemberCluster>().get(name.text());
  const auto uid = member.vital().uid;
  const bool changed = standing.state == Standing::State::Known && object && !object->status.uid.empty() &&
                       !uid.empty() && uid != object->status.uid;
  const std::lock_guard lock(mutex_);
  if (!changed) {
    changed_since_.erase(name);
    return standing;
  }
  const auto since = changed_since_.try_emplace(name, parts_.clock.now()).first->second;
  return {Standing::State::Unknown, since, kClusterChanged,
          "another cluster answers: the uid of its kube-system is " + uid + ", not " + object->status.uid +
              "; nothing is written there until its step ClusterChange is approved"};
}

bool Fleet::settled() const {
  for (const auto& object : hub_.shelf<api::MemberCluster>().all())
    if (standing(ClusterName(object->metadata.name)).state == Standing::State::Trying) return false;
  return true;
}

void Fleet::stop() {
  std::map<ClusterName, Connection> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(connections_);
  }
  for (auto& [name, connection] : all)
    if (connection.member) connection.member->stop();
}

}  // namespace haetae::controllers
