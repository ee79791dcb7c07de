// Methods, closures, generics and goroutines.
package main

import (
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
)

type square[T int | uint64] struct{ side T }

//go:noinline
func (s *square[T]) area(rounds int) T {
	value := s.side
	for i := 0; i < rounds; i++ {
		value = value*31 + T(i)
	}
	return value
}

//go:noinline
func words(found map[string][]int) int {
	for i := 0; i < 200; i++ {
		word := strings.Repeat("w", i%17)
		found[word] = append(found[word], i)
	}
	sum := 0
	for word, places := range found {
		sort.Slice(places, func(a, b int) bool { return places[a] > places[b] })
		sum += len(places)
		delete(found, word)
	}
	return sum
}

func main() {
	rounds := 3000
	if len(os.Args) > 1 {
		rounds, _ = strconv.Atoi(os.Args[1])
	}
	results := make(chan int)
	for worker := 0; worker < 2; worker++ {
		go func() {
			sum := 0
			found := map[string][]int{}
			for i := 0; i < rounds; i++ {
				sum += words(found) + (&square[int]{i}).area(900) + int((&square[uint64]{uint64(i)}).area(900))
			}
			results <- sum
		}()
	}
	fmt.Println(<-results + <-results)
}
