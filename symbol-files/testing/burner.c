/* Burns for so many milliseconds; without a number until it is ended. Says so when it has begun. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static volatile unsigned long sum;

static __attribute__((noinline)) void inner(unsigned long times) {
	for (unsigned long i = 0; i < times; i++) sum += i * i;
}

__attribute__((noinline)) void outer(unsigned long times) {
	inner(times);
	sum++;
}

int main(int count, char **words) {
	clock_t end = count > 1 ? clock() + atol(words[1]) * (CLOCKS_PER_SEC / 1000) : 0;
	puts("burning");
	fflush(stdout);
	while (end == 0 || clock() < end) outer(1000000);
	return 0;
}
