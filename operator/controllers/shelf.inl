// Shelf<T>, the members. Included by shelf.hpp alone.
#pragma once

namespace haetae::controllers {

template <class T>
void Shelf<T>::accept(T answer) {
  const auto key = runtime::store_key(answer.metadata.ns, answer.metadata.name);
  const std::lock_guard lock(mutex_);
  const auto held = store_.get(key);
  if (!held || held->metadata.uid != answer.metadata.uid) return;
  if (runtime::not_older(held->metadata.resource_version, answer.metadata.resource_version)) return;
  answers_[key] = {answer.metadata.uid, answer.metadata.resource_version, clock_.steady()};
  store_.put(key, std::move(answer));
}

template <class T>
std::map<runtime::StoreKey, std::string> Shelf<T>::unreadable() const {
  const std::lock_guard lock(mutex_);
  return unreadable_;
}

template <class T>
bool Shelf<T>::superseded(const runtime::StoreKey& key, const T& seen) {
  const auto answer = answers_.find(key);
  if (answer == answers_.end()) return false;
  const bool is_older = answer->second.uid == seen.metadata.uid && clock_.steady() - answer->second.at < kHold &&
                        !runtime::not_older(seen.metadata.resource_version, answer->second.version);
  if (!is_older) answers_.erase(answer);
  return is_older;
}

template <class T>
Status Shelf<T>::upsert(std::string_view object_json) {
  auto key = key_of(object_json);
  const std::lock_guard lock(mutex_);
  if (!key) {
    nameless_ = true;
    return std::move(key).error();
  }
  auto seen = decode_(object_json);
  const auto held = store_.get(*key);
  if (!seen) unreadable_[*key] = seen.error().message;
  else unreadable_.erase(*key);
  if (!seen || superseded(*key, *seen)) {
    if (held) store_.put(*key, T(*held));  // still listed, so a sweep must not take it
    if (!seen) return std::move(seen).error();
    return Done{};
  }
  store_.put(*key, std::move(*seen));
  return Done{};
}

template <class T>
Status Shelf<T>::erase(std::string_view object_json) {
  auto key = key_of(object_json);
  if (!key) return std::move(key).error();
  const std::lock_guard lock(mutex_);
  answers_.erase(*key);
  unreadable_.erase(*key);
  store_.remove(*key);
  return Done{};
}

template <class T>
void Shelf<T>::begin_sweep() {
  const std::lock_guard lock(mutex_);
  nameless_ = false;
  store_.begin_sweep();
}

// Whoever is not in the list is gone, unless the list held something that could not even be named.
template <class T>
void Shelf<T>::end_sweep() {
  const std::lock_guard lock(mutex_);
  if (!nameless_) store_.end_sweep();
}

}  // namespace haetae::controllers
