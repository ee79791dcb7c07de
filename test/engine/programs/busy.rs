// Generics, trait objects, closures and a hash map: names of both manglings.
use std::collections::HashMap;

trait Shape {
    fn area(&self, side: u64) -> u64;
}

struct Square<T>(T);

impl<T: Into<u64> + Copy> Shape for Square<T> {
    #[inline(never)]
    fn area(&self, side: u64) -> u64 {
        mixed(std::num::Wrapping(side + self.0.into()), 400).0
    }
}

#[inline(never)]
fn mixed<T: std::ops::Add<Output = T> + std::ops::Mul<Output = T> + Copy>(value: T, rounds: u32) -> T {
    let mut value = std::hint::black_box(value);
    for _ in 0..rounds {
        value = std::hint::black_box(value * value + value);
    }
    value
}

mod words {
    use super::*;
    #[inline(never)]
    pub fn count(found: &mut HashMap<String, Vec<u32>>, round: u32) -> usize {
        for i in 0..100u32 {
            found.entry(format!("word{}", i % 17)).or_default().push(i ^ round);
        }
        found.values_mut().map(|places| { places.sort_by(|a, b| b.cmp(a)); let n = places.len(); places.clear(); n }).sum()
    }
}

fn main() {
    let rounds: u32 = std::env::args().nth(1).map_or(3000, |text| text.parse().unwrap());
    let shapes: Vec<Box<dyn Shape>> = vec![Box::new(Square(3u8)), Box::new(Square(7u64))];
    let mut found = HashMap::new();
    let mut sum = 0u64;
    for round in 0..rounds {
        for shape in &shapes {
            sum = sum.wrapping_add(shape.area(u64::from(round) & 1));
        }
        sum = sum.wrapping_add(words::count(&mut found, round) as u64);
        sum = sum.wrapping_add((0..20u64).map(|i| mixed(std::num::Wrapping(i), 30).0).fold(0, u64::wrapping_add));
    }
    println!("{sum}");
}
