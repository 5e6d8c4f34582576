/*
 * Makes the disk of one process slow, or fail, while a test wants it: preloaded, it stands before fsync and fdatasync. The
 * file FAULTY_DISK holds two numbers, "<milliseconds> <errno>": how long each call takes longer, and with what it fails (0: it
 * does not). No file, no fault.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int fault(void) {
  const char *path = getenv("FAULTY_DISK");
  FILE *file = path == NULL ? NULL : fopen(path, "re");
  int milliseconds = 0, error = 0;
  if (file == NULL) return 0;
  if (fscanf(file, "%d %d", &milliseconds, &error) < 1) milliseconds = 0;
  fclose(file);
  if (milliseconds > 0) usleep((useconds_t)milliseconds * 1000);
  return error;
}

static int force(const char *name, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  int error = fault();
  if (error != 0) {
    errno = error;
    return -1;
  }
  return real(descriptor);
}

int fsync(int descriptor) { return force("fsync", descriptor); }

int fdatasync(int descriptor) { return force("fdatasync", descriptor); }
