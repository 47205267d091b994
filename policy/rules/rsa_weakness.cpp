#include "policy/rules/rsa_weakness.h"

#include <bitset>
#include <utility>

#include "policy/types/error.h"
#include "policy/x509/openssl.h"

namespace inkan::policy {
namespace {

constexpr auto k_primes = [] {
  std::array<std::uint16_t, k_small_prime_count> primes{};
  std::size_t count = 0;
  for (std::uint16_t candidate = 2; count < primes.size(); ++candidate) {
    bool prime = true;
    for (std::size_t i = 0; i < count && prime; ++i) prime = candidate % primes[i] != 0;
    if (prime) primes[count++] = candidate;
  }
  return primes;
}();
static_assert(k_primes.back() == 751);

std::uint64_t remainder(BytesView number, std::uint64_t divisor) {
  std::uint64_t rest = 0;
  std::size_t i = 0;
  for (; i < number.size() % 4; ++i) rest = (rest << 8 | number[i]) % divisor;
  for (; i < number.size(); i += 4) {
    const std::uint64_t word =
        std::uint64_t{number[i]} << 24 | number[i + 1] << 16 | number[i + 2] << 8 | number[i + 3];
    rest = (rest << 32 | word) % divisor;
  }
  return rest;
}

void need(bool ok, const char* what) {
  if (!ok) throw Error(ErrorCode::internal, std::string(what) + " failed: " + openssl_errors());
}

BignumPtr fresh() {
  BignumPtr number(BN_new());
  need(number != nullptr, "BN_new");
  return number;
}

// floor(sqrt(n)) by Newton's method from above; n > 0.
BignumPtr square_root(const BIGNUM* n, BN_CTX* context) {
  BignumPtr root = fresh(), next = fresh();
  need(BN_set_bit(next.get(), (BN_num_bits(n) + 1) / 2) == 1, "BN_set_bit");
  do {
    std::swap(root, next);
    need(BN_div(next.get(), nullptr, n, root.get(), context) == 1 &&
             BN_add(next.get(), next.get(), root.get()) == 1 && BN_rshift1(next.get(), next.get()) == 1,
         "a step of a square root");
  } while (BN_cmp(next.get(), root.get()) < 0);
  return root;
}

template <std::size_t Modulus>
const std::bitset<Modulus>& squares() {
  static const auto table = [] {
    std::bitset<Modulus> marks;
    for (std::size_t i = 0; i < Modulus; ++i) marks.set(i * i % Modulus);
    return marks;
  }();
  return table;
}

bool is_square(const BIGNUM* number, BN_CTX* context) {
  if (BN_is_zero(number)) return true;
  // Only one number in 120 passes this: the square root is taken about once in 100 rounds.
  const BN_ULONG rest = BN_mod_word(number, 64 * 63 * 65 * 11);
  if (!squares<64>()[rest % 64] || !squares<63>()[rest % 63] || !squares<65>()[rest % 65] ||
      !squares<11>()[rest % 11])
    return false;
  const BignumPtr root = square_root(number, context);
  BignumPtr square = fresh();
  need(BN_sqr(square.get(), root.get(), context) == 1, "BN_sqr");
  return BN_cmp(square.get(), number) == 0;
}

}  // namespace

SmallResidues small_residues(BytesView modulus) {
  SmallResidues residues{};
  for (std::size_t i = 0; i < k_primes.size();) {
    // As many primes as fit in 32 bits share one pass over the modulus.
    std::uint64_t product = 1;
    std::size_t end = i;
    while (end < k_primes.size() && product * k_primes[end] < std::uint64_t{1} << 32)
      product *= k_primes[end++];
    const std::uint64_t rest = remainder(modulus, product);
    for (; i < end; ++i) residues[i] = static_cast<std::uint16_t>(rest % k_primes[i]);
  }
  return residues;
}

std::optional<int> find_small_factor(const SmallResidues& residues) {
  for (std::size_t i = 0; i < residues.size(); ++i)
    if (residues[i] == 0) return k_primes[i];
  return std::nullopt;
}

bool has_roca_fingerprint(const SmallResidues& residues) {
  // M of the smallest keys has the primes up to 167, and that of larger keys has these too.
  for (std::size_t i = 1; k_primes[i] <= 167; ++i) {
    const unsigned p = k_primes[i];
    std::bitset<168> group;
    for (unsigned power = 1; !group[power]; power = power * (65537 % p) % p) group.set(power);
    if (!group[residues[i]]) return false;
  }
  return true;
}

bool falls_to_fermat(BytesView modulus) {
  constexpr int rounds = 100;
  const BnCtxPtr context(BN_CTX_new());
  const BignumPtr n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  need(context && n, "BN_bin2bn");
  // n = a^2 - b^2 with a from the root upwards; from one round to the next b^2 grows by 2a + 1.
  const BignumPtr a = square_root(n.get(), context.get());
  BignumPtr b_squared = fresh();
  need(BN_sqr(b_squared.get(), a.get(), context.get()) == 1 &&
           BN_sub(b_squared.get(), b_squared.get(), n.get()) == 1,
       "the first round of Fermat's method");
  for (int round = 0; round < rounds; ++round) {
    // At the start a is the floor of the root: b^2 is zero for a square, else negative until a has grown by
    // one.
    if (!BN_is_negative(b_squared.get()) && is_square(b_squared.get(), context.get())) return true;
    need(BN_add(b_squared.get(), b_squared.get(), a.get()) == 1 &&
             BN_add(b_squared.get(), b_squared.get(), a.get()) == 1 && BN_add_word(b_squared.get(), 1) == 1 &&
             BN_add_word(a.get(), 1) == 1,
         "a round of Fermat's method");
  }
  return false;
}

}  // namespace inkan::policy
