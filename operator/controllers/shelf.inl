// Shelf<T>, the members. Included by shelf.hpp alone.
#pragma once

namespace haetae::controllers {

template <class T>
void Shelf<T>::accept(std::string_view answer_json) {
  const auto key = runtime::store_key_in(answer_json);
  if (!key) return;
  auto object = api::decode_text<T>(answer_json);
  const auto part = object ? nullptr : std::make_unique<Outlined<T>>(outlined<T>(answer_json));
  const auto& answered = object ? object->metadata : part->object.metadata;
  std::unique_lock lock(mutex_);
  const auto held = store_.get(*key);
  const auto* known = newest(*key, held);
  if (known == nullptr || known->uid != answered.uid) return;
  if (runtime::not_older(known->resource_version, answered.resource_version)) return;
  answers_[*key] = {answered.uid, answered.resource_version, clock_.steady()};
  const bool news = object ? put(*key, std::move(*object)) : set_aside(*key, std::move(*part));
  lock.unlock();
  if (news) tell(*key);
}

template <class T>
std::map<runtime::StoreKey, std::string> Shelf<T>::unreadable() const {
  const std::lock_guard lock(mutex_);
  std::map<runtime::StoreKey, std::string> out;
  for (const auto& [key, aside] : aside_) out.emplace(key, aside.told.fault.text());
  return out;
}

template <class T>
std::optional<Unreadable> Shelf<T>::unreadable(const runtime::StoreKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto aside = aside_.find(key);
  return aside == aside_.end() ? std::nullopt : std::optional(aside->second.told);
}

template <class T>
std::vector<runtime::StoreKey> Shelf<T>::unreadable_keys() const {
  const std::lock_guard lock(mutex_);
  std::vector<runtime::StoreKey> out;
  for (const auto& [key, aside] : aside_) out.push_back(key);
  return out;
}

template <class T>
bool Shelf<T>::is_unreadable(const runtime::StoreKey& key) const {
  const std::lock_guard lock(mutex_);
  return aside_.contains(key);
}

template <class T>
const api::ObjectMeta* Shelf<T>::newest(const runtime::StoreKey& key, const Ref& held) const {
  if (const auto aside = aside_.find(key); aside != aside_.end()) return &aside->second.told.metadata;
  return held ? &held->metadata : nullptr;
}

template <class T>
bool Shelf<T>::superseded(const runtime::StoreKey& key, const api::ObjectMeta& seen) {
  const auto answer = answers_.find(key);
  if (answer == answers_.end()) return false;
  const bool is_older = answer->second.uid == seen.uid && clock_.steady() - answer->second.at < kHold &&
                        !runtime::not_older(seen.resource_version, answer->second.version);
  if (!is_older) answers_.erase(answer);
  return is_older;
}

// Returns whether it was unreadable before.
template <class T>
bool Shelf<T>::put(const runtime::StoreKey& key, T object) {
  const bool news = aside_.erase(key) > 0;
  store_.put(key, std::move(object));
  return news;
}

// Returns whether that is news. A namesake under another uid is another object: its state is no memory of this one.
template <class T>
bool Shelf<T>::set_aside(const runtime::StoreKey& key, Outlined<T> seen) {
  const auto held = store_.get(key);
  if (held && held->metadata.uid == seen.told.metadata.uid) {
    T kept(*held);
    kept.metadata = seen.told.metadata;
    kept.metadata.generation = held->metadata.generation;
    if (seen.status_is_sound) kept.status = std::move(seen.object.status);
    store_.put(key, std::move(kept));
  } else if (held) {
    store_.remove(key);
  }
  Aside& aside = aside_[key];
  const bool news = aside.told != seen.told;
  aside = {std::move(seen.told), true};
  return news;
}

template <class T>
Status Shelf<T>::upsert(std::string_view object_json) {
  auto key = runtime::store_key_in(object_json);
  if (!key) {
    const std::lock_guard lock(mutex_);
    nameless_ = true;
    return std::move(key).error();
  }
  auto seen = api::decode_text<T>(object_json);
  const auto part = seen ? nullptr : std::make_unique<Outlined<T>>(outlined<T>(object_json));
  std::unique_lock lock(mutex_);
  if (superseded(*key, seen ? seen->metadata : part->object.metadata)) {
    store_.keep(*key);  // still listed, so a sweep must not take it
    if (const auto aside = aside_.find(*key); aside != aside_.end()) aside->second.listed = true;
    return Done{};
  }
  const bool news = seen ? put(*key, std::move(*seen)) : set_aside(*key, std::move(*part));
  lock.unlock();
  if (news) tell(*key);
  if (!seen) return std::move(seen).error();
  return Done{};
}

template <class T>
Status Shelf<T>::erase(std::string_view object_json) {
  auto key = runtime::store_key_in(object_json);
  if (!key) return std::move(key).error();
  std::unique_lock lock(mutex_);
  answers_.erase(*key);
  const bool news = aside_.erase(*key) > 0;
  store_.remove(*key);
  lock.unlock();
  if (news) tell(*key);
  return Done{};
}

template <class T>
void Shelf<T>::begin_sweep() {
  const std::lock_guard lock(mutex_);
  nameless_ = false;
  for (auto& [key, aside] : aside_) aside.listed = false;
  store_.begin_sweep();
}

// Whoever is not in the list is gone, unless the list held something that could not even be named.
template <class T>
void Shelf<T>::end_sweep() {
  std::vector<runtime::StoreKey> gone;
  std::unique_lock lock(mutex_);
  if (nameless_) return;
  for (const auto& [key, aside] : aside_)
    if (!aside.listed) gone.push_back(key);
  for (const auto& key : gone) aside_.erase(key);
  store_.end_sweep();
  lock.unlock();
  for (const auto& key : gone) tell(key);
}

}  // namespace haetae::controllers
