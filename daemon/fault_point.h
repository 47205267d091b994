// Named places where a crash test may kill the process. They exist only in test builds.
#pragma once

namespace inkan::daemon {

#ifdef INKAN_FAULT_POINTS
// SIGKILLs this process at the n-th passing of the point that INKAN_FAULT="name:n" names; of "one:n,other:m"
// at the m-th passing of the other after the n-th of the one.
void fault_point(const char* name);
// Called at every passing, in the thread that passes: for tests in the same process. Set while nothing runs.
void on_fault_point(void (*hear)(const char* name));
#else
inline void fault_point(const char*) {}
#endif

}  // namespace inkan::daemon
