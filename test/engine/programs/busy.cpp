// Templates, lambdas, virtual functions, exceptions and functions that are inlined.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine {
namespace {
template <typename T> __attribute__((noinline)) T mixed(T value, int rounds) {
	for (int i = 0; i < rounds; i++) value = value * 31 + (value >> 3) + i;
	return value;
}
} // namespace

inline unsigned inlined(unsigned value) { return mixed<unsigned>(value, 400); }

struct Shape {
	virtual ~Shape() = default;
	virtual long area(long side) const = 0;
	operator long() const { return area(77); }
};
struct Other {
	virtual ~Other() = default;
	virtual long weight(long side) { return mixed<long>(side, 300); }
};
template <typename T> struct Square : Shape, Other {
	__attribute__((noinline)) long area(long side) const override { return mixed<T>(side, 500); }
	__attribute__((noinline)) long weight(long side) override { return mixed<T>(side, 350); }
	__attribute__((noinline)) long operator()(std::vector<T> const &all, int) const {
		long sum = 0;
		for (T each : all) sum += mixed<T>(each, 20);
		return sum;
	}
};

__attribute__((noinline)) long words(std::map<std::string, std::vector<int>> &found) {
	for (int i = 0; i < 200; i++) found["word" + std::to_string(i % 17)].push_back(i);
	long sum = 0;
	for (auto &[word, places] : found) {
		std::sort(places.begin(), places.end(), [](int a, int b) { return a > b; });
		sum += word.size() + places.size();
		places.clear();
	}
	return sum;
}
} // namespace engine

static long each(std::function<long(int)> const &action) {
	long sum = 0;
	for (int i = 0; i < 50; i++) sum += action(i);
	return sum;
}

int main(int argc, char **argv) {
	long rounds = argc > 1 ? atol(argv[1]) : 3000;
	std::map<std::string, std::vector<int>> found;
	std::unique_ptr<engine::Shape> shape = std::make_unique<engine::Square<unsigned long>>();
	engine::Other *other = dynamic_cast<engine::Other *>(shape.get());
	long sum = 0;
	for (long i = 0; i < rounds; i++) {
		sum += engine::words(found) + engine::inlined(i) + shape->area(i) + other->weight(i) + long(*shape);
		sum += engine::Square<short>()(std::vector<short>(40, 3), 1);
		sum += each([&](int place) { return engine::mixed<int>(place, 30) + i; });
	}
	printf("%ld\n", sum);
}
