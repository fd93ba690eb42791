// A callable that can be moved and not copied, called any number of times until it is destroyed.
//
// std::move_only_function is C++23. Callables of up to kInlineBytes that move without throwing are stored
// in place, larger ones on the heap. Calling an empty one aborts. As thread-safe as what it holds.

#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace cordboard {

template <class Signature>
class UniqueFunction;

template <class R, class... Args>
class UniqueFunction<R(Args...)> {
 public:
  static constexpr std::size_t kInlineBytes = 48;

  UniqueFunction() = default;
  UniqueFunction(std::nullptr_t) {}

  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, UniqueFunction> &&
           std::is_invocable_r_v<R, std::remove_cvref_t<F>&, Args...>) UniqueFunction(F&& callable) {
    using Callable = std::remove_cvref_t<F>;
    if constexpr (fits<Callable>()) {
      ::new (static_cast<void*>(&storage_)) Callable(std::forward<F>(callable));
      operations_ = &kInline<Callable>;
    } else {
      ::new (static_cast<void*>(&storage_)) Callable*(new Callable(std::forward<F>(callable)));
      operations_ = &kHeap<Callable>;
    }
  }

  UniqueFunction(UniqueFunction&& other) noexcept { take(other); }
  UniqueFunction& operator=(UniqueFunction&& other) noexcept {
    if (this != &other) {
      reset();
      take(other);
    }
    return *this;
  }
  ~UniqueFunction() { reset(); }

  explicit operator bool() const { return operations_ != nullptr; }

  R operator()(Args... args) {
    if (operations_ == nullptr) std::abort();
    return operations_->call(&storage_, std::forward<Args>(args)...);
  }

 private:
  struct Storage {
    alignas(std::max_align_t) std::byte bytes[kInlineBytes];
  };
  struct Operations {
    R (*call)(void* storage, Args&&... args);
    void (*move)(void* from, void* to) noexcept;  // and leaves nothing to destroy in `from`
    void (*destroy)(void* storage) noexcept;
  };

  template <class F>
  static constexpr bool fits() {
    return sizeof(F) <= kInlineBytes && alignof(F) <= alignof(std::max_align_t) &&
           std::is_nothrow_move_constructible_v<F>;
  }

  template <class F>
  static constexpr Operations kInline = {
      [](void* storage, Args&&... args) -> R {
        return (*static_cast<F*>(storage))(std::forward<Args>(args)...);
      },
      [](void* from, void* to) noexcept {
        ::new (to) F(std::move(*static_cast<F*>(from)));
        std::destroy_at(static_cast<F*>(from));
      },
      [](void* storage) noexcept { std::destroy_at(static_cast<F*>(storage)); }};

  template <class F>
  static constexpr Operations kHeap = {
      [](void* storage, Args&&... args) -> R {
        return (**static_cast<F**>(storage))(std::forward<Args>(args)...);
      },
      [](void* from, void* to) noexcept { ::new (to) F*(*static_cast<F**>(from)); },
      [](void* storage) noexcept { delete *static_cast<F**>(storage); }};

  void take(UniqueFunction& other) {
    if (other.operations_ == nullptr) return;
    other.operations_->move(&other.storage_, &storage_);
    operations_ = std::exchange(other.operations_, nullptr);
  }
  void reset() {
    if (operations_ != nullptr) std::exchange(operations_, nullptr)->destroy(&storage_);
  }

  Storage storage_;
  const Operations* operations_ = nullptr;
};

}  // namespace cordboard
