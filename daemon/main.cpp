// inkand: the certificate authority daemon.
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "daemon/application.h"

int main(int argc, char** argv) {
  // A PKCS#11 module may write to a server that is gone (p11-kit's client does): that is an error code, not
  // our end.
  std::signal(SIGPIPE, SIG_IGN);
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
