/*
 * A program that burns CPU in functions with telling names, for tests.
 *
 *   busy                   one thread in busy_outer > busy_inner
 *   busy threads N         N threads that are busy in turns
 *   busy forks             a child every 50 ms, each busy in busy_child for a while
 *   busy idle              sleeps
 *
 * Built without optimisation, so that every function has a frame pointer.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile unsigned long sink;

__attribute__((noinline)) void busy_inner(void) {
	for (int i = 0; i < 200000; i++) sink += i;
}

__attribute__((noinline)) void busy_outer(void) {
	busy_inner();
	sink++;
}

__attribute__((noinline)) void busy_child(void) {
	for (int i = 0; i < 20; i++) {
		busy_inner();
		sink++;
	}
}

static void *spin(void *unused) {
	(void)unused;
	for (;;) {
		busy_outer();
		usleep(100000);
	}
	return NULL;
}

static void threads(int count) {
	for (int i = 1; i < count; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, spin, NULL) != 0) exit(3);
	}
}

static void forks(void) {
	for (;;) {
		if (fork() == 0) {
			busy_child();
			_exit(0);
		}
		usleep(50000);
		while (waitpid(-1, NULL, WNOHANG) > 0) continue;
	}
}

int main(int argc, char **argv) {
	const char *mode = argc > 1 ? argv[1] : "";
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (strcmp(mode, "threads") == 0 && argc > 2) threads(atoi(argv[2]));
	puts("ready");
	if (strcmp(mode, "forks") == 0) forks();
	if (strcmp(mode, "idle") == 0) for (;;) pause();
	for (;;) busy_outer();
}
