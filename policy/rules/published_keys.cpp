#include "policy/rules/key_rules.h"

namespace inkan::policy {
namespace {

// The format is that of an operator's blocklist. Each hash was computed from the private key printed in the
// document named beside it (RFC 7517 A.1: from the public one), so a line here cannot be a slip of the pen.
constexpr std::string_view k_published = R"(
9a9e5b0f404f4e2d4386e38b04ac91e535946dc2a7f8d84a31404b476e5c35e1 # RFC 9500 §2.1 testRSA1024
8fb6bad671cfe698393c453357da61b56d757ab8c0f3fb9c87f2849e63131878 # RFC 9500 §2.1 testRSA2048
96465ea5dc9bb2da7b351d808a7196e5761f2412a5040131c68d719aaba28fb9 # RFC 9500 §2.1 testRSA4096
b2b04340cfaee616ec9c2c62d261b208e54bb197498df52e8cadede23ac0ba5e # RFC 9500 §2.3 testECCP256
c4c10105a0be0ed4dd3354428dc38a9bfee64da141ce16e75c94eda272f9dd3a # RFC 9500 §2.3 testECCP384
acb1b8327fef995e2458fdf5e3c33b2dc0749feabd6a894cb9bda9d70ac06c24 # RFC 9500 §2.3 testECCP521
5a7a78cca4a0f420d9bc62bb669c3c2759e39f723d3ae10dcbe0f0815a07ecd4 # RFC 6979 A.2.5 P-256
2f95601fa82060b909bfc6b979dbd303d34d34e0afb27ea496beac362f242a4b # RFC 6979 A.2.6 P-384
2fb6d46385242ea4ad431f7175e7014eb74a5fc60f65b50ca54cc23c5b08de38 # RFC 6979 A.2.7 P-521
2bd1bb0c44a897c30a7aa0991cde38d8062fe441de50da0f46825344f602e827 # RFC 7515 A.3 P-256
51b944cdfa544d4c3273aa6bf350625a7dd53bbb6a71723274f538b19a207760 # RFC 7517 A.2 P-256
ad32320cf6c596d884b05381ba573aba8ddd5749b4de8f4a23a79f9a89ddaeb2 # RFC 7517 A.1 RSA-2048
06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9 # RFC 8032 §7.1 TEST 1, RFC 8037 A.1 Ed25519
deb2ded39dc26fce0e6085b6fc34bf6b5941913bbfe2ea614113cff9e004c170 # RFC 8032 §7.1 TEST 2 Ed25519
8d39ba50abe50f77b6bb8ae7b6927aff7ffbeba35ad2837c0e51e82bcbcc60d5 # RFC 8032 §7.1 TEST 3 Ed25519
a1e9156054e04fac899ae9f275132cdc07a5dbc4ea2c2ad3a1ffc6e0d253681f # RFC 8410 §10.3 Ed25519
64eebde4d94a861ca1b062a103ef51d4d8a2c1b0a2133838198230e9c85407ed # Go net/http/internal/testcert, localhost (go1.19)
)";

}  // namespace

const KeyBlocklist& published_keys() {
  static const KeyBlocklist list = KeyBlocklist::parse(k_published, "published_keys.cpp");
  return list;
}

}  // namespace inkan::policy
