// Store<T>, the members. Included by store.hpp alone.
#pragma once

namespace haetae::runtime {

template <class T>
auto Store<T>::get(const StoreKey& key) const -> Ref {
  const std::lock_guard lock(mutex_);
  const auto row = rows_.find(key);
  return row == rows_.end() ? nullptr : row->second.object;
}

template <class T>
auto Store<T>::all() const -> std::vector<Ref> {
  const std::lock_guard lock(mutex_);
  std::vector<Ref> out;
  out.reserve(rows_.size());
  for (const auto& [key, row] : rows_) out.push_back(row.object);
  return out;
}

template <class T>
auto Store<T>::in_namespace(const std::string& ns) const -> std::vector<Ref> {
  const auto prefix = ns + "/";
  const std::lock_guard lock(mutex_);
  std::vector<Ref> out;
  for (auto row = rows_.lower_bound(prefix); row != rows_.end() && row->first.starts_with(prefix); ++row)
    out.push_back(row->second.object);
  return out;
}

template <class T>
std::size_t Store<T>::size() const {
  const std::lock_guard lock(mutex_);
  return rows_.size();
}

template <class T>
Freshness Store<T>::freshness() const {
  const std::lock_guard lock(mutex_);
  return freshness_;
}

template <class T>
void Store<T>::on_change(OnChange listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
}

template <class T>
void Store<T>::on_freshness(std::function<void(const Freshness&)> listener) {
  const std::lock_guard lock(mutex_);
  freshness_listeners_.push_back(std::move(listener));
}

template <class T>
void Store<T>::put(const StoreKey& key, T object) {
  Ref before;
  const Ref after = std::make_shared<const T>(std::move(object));
  {
    const std::lock_guard lock(mutex_);
    auto& row = rows_[key];
    before = std::move(row.object);
    row = {after, sweep_};
  }
  for (const auto& listener : listeners_) listener(key, before, after);
}

template <class T>
void Store<T>::remove(const StoreKey& key) {
  Ref before;
  {
    const std::lock_guard lock(mutex_);
    const auto row = rows_.find(key);
    if (row == rows_.end()) return;
    before = std::move(row->second.object);
    rows_.erase(row);
  }
  for (const auto& listener : listeners_) listener(key, before, nullptr);
}

template <class T>
void Store<T>::begin_sweep() {
  const std::lock_guard lock(mutex_);
  ++sweep_;
}

template <class T>
void Store<T>::end_sweep() {
  std::vector<StoreKey> gone;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, row] : rows_)
      if (row.sweep != sweep_) gone.push_back(key);
  }
  for (const auto& key : gone) remove(key);
}

template <class T>
void Store<T>::keep(const StoreKey& key) {
  const std::lock_guard lock(mutex_);
  if (const auto row = rows_.find(key); row != rows_.end()) row->second.sweep = sweep_;
}

template <class T>
void Store<T>::set_freshness(Freshness freshness) {
  {
    const std::lock_guard lock(mutex_);
    freshness_ = freshness;
  }
  for (const auto& listener : freshness_listeners_) listener(freshness);
}

}  // namespace haetae::runtime
