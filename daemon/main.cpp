// inkand: the certificate authority daemon.
int main() {
  return 0;
}
