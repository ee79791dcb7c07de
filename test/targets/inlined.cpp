// Burns in a function that is inlined into one that is not, and that has a caller.
#include <cstdio>

static volatile unsigned long sink;

__attribute__((always_inline)) static inline unsigned long inlined_burning(unsigned long value)
{
	for (unsigned long round = 0; round < 1000000; round++)
		value = value * 31 + (value >> 3) + round;
	return value;
}

__attribute__((noinline)) unsigned long seven()
{
	asm("");
	return 7;
}

// calls another, so that it has a frame of its own
__attribute__((noinline)) unsigned long burning(unsigned long value)
{
	return inlined_burning(value + seven()) ^ value;
}

__attribute__((noinline)) void caller()
{
	for (int round = 0; round < 10; round++)
		sink = burning(sink) + 1;
}

int main()
{
	puts("ready");
	fflush(stdout);
	for (;;)
		caller();
}
