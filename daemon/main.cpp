// inkand: the certificate authority daemon.
#include <unistd.h>

#include <iostream>

#include "daemon/application.h"

int main(int argc, char** argv) {
  int status = 0;
  {
    inkan::daemon::Application application;
    status = application.run(argc, argv);
  }
  std::cout.flush();
  // Not exit(): its handlers run OpenSSL's clean-up under PKCS#11 modules that have their own, and a call
  // stuck in a module would crash there. Every thread of ours has ended; what must be on disk is.
  _exit(status);
}
