//! Who reviews what: as many reviews as can be had, the load as even as it can be, and expertise where that costs neither.
//! Pure, and always the same for the same input.
//!
//! Four passes over P proposals, R reviewers and A assignments; a set of reviewers is R/64 words.
//!
//! * *deal* gives each proposal, those with the fewest choices first, the least busy reviewers: P·R steps.
//! * *fill* looks for a chain of changes where somebody is lacking: at most A·R/64 steps each. Reviewers from whom no chain leads to
//!   a free desk never will again, and are not looked at twice, so that failures cost A·R/64 steps together. Nothing that could be
//!   filled stays empty.
//! * *level* moves work along such chains from fuller to emptier desks while two of them differ by two or more: R·A·R/64 steps per
//!   round, and each move lowers the sum of squares. Nothing more even exists then.
//! * *prefer* exchanges reviewers between two proposals where more expertise comes of it: [`EXCHANGES`] steps and no more.

/// Steps that the last pass takes at most.
pub const EXCHANGES: u64 = 5_000_000;

/// A set of reviewers by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set(Vec<u64>);

impl Set {
    pub fn insert(&mut self, n: usize) {
        if self.0.len() <= n / 64 {
            self.0.resize(n / 64 + 1, 0);
        }
        self.0[n / 64] |= 1 << (n % 64);
    }

    pub fn remove(&mut self, n: usize) {
        if let Some(word) = self.0.get_mut(n / 64) {
            *word &= !(1 << (n % 64));
        }
    }

    pub fn has(&self, n: usize) -> bool {
        self.word(n / 64) & (1 << (n % 64)) != 0
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn word(&self, at: usize) -> u64 {
        self.0.get(at).copied().unwrap_or(0)
    }

    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| bits(at, *word))
    }

    /// The members that are in none of the others.
    fn without<'a>(&'a self, others: [&'a Set; 3]) -> impl Iterator<Item = usize> + 'a {
        self.0.iter().enumerate().flat_map(move |(at, word)| {
            let out = others.iter().fold(0, |out, set| out | set.word(at));
            bits(at, word & !out)
        })
    }

    fn add_all(&mut self, other: &Set) {
        self.0.resize(self.0.len().max(other.0.len()), 0);
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }
}

impl FromIterator<usize> for Set {
    fn from_iter<I: IntoIterator<Item = usize>>(members: I) -> Self {
        let mut set = Self::default();
        members.into_iter().for_each(|n| set.insert(n));
        set
    }
}

fn bits(at: usize, mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(at * 64 + bit)
    })
}

/// A reviewer: what they have to do already, and the most that they take on.
#[derive(Clone, Debug)]
pub struct Desk {
    pub load: usize,
    pub most: usize,
}

/// A proposal: how many reviews it needs, who may give them, and whose field it is.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    pub wanted: usize,
    pub free: Set,
    pub expert: Set,
}

/// Reviewers per proposal, and how much work it was to find them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub chosen: Vec<Vec<usize>>,
    pub loads: Vec<usize>,
    pub steps: u64,
}

pub fn balance(desks: &[Desk], wishes: &[Wish]) -> Outcome {
    let mut table = Table {
        desks,
        wishes,
        on: vec![Set::default(); wishes.len()],
        held: vec![Vec::new(); desks.len()],
        load: desks.iter().map(|desk| desk.load).collect(),
        steps: 0,
    };
    table.deal();
    table.fill();
    table.level();
    table.prefer();
    Outcome { chosen: table.on.iter().map(|set| set.iter().collect()).collect(), loads: table.load, steps: table.steps }
}

struct Table<'a> {
    desks: &'a [Desk],
    wishes: &'a [Wish],
    /// Who is on each proposal.
    on: Vec<Set>,
    /// What each reviewer holds.
    held: Vec<Vec<usize>>,
    load: Vec<usize>,
    steps: u64,
}

/// How a desk was reached in a search: by which proposal, from whose desk.
type Way = Vec<Option<(usize, usize)>>;

impl Table<'_> {
    fn has_room(&self, r: usize) -> bool {
        self.load[r] < self.desks[r].most
    }

    fn put(&mut self, p: usize, r: usize) {
        self.on[p].insert(r);
        self.held[r].push(p);
        self.load[r] += 1;
    }

    fn take(&mut self, p: usize, r: usize) {
        self.on[p].remove(r);
        self.held[r].retain(|held| *held != p);
        self.load[r] -= 1;
    }

    fn deal(&mut self) {
        let mut order: Vec<usize> = (0..self.wishes.len()).collect();
        order.sort_by_key(|p| (self.wishes[*p].free.len(), *p));
        for p in order {
            let wish = &self.wishes[p];
            let mut free: Vec<usize> = wish.free.iter().filter(|r| self.has_room(*r)).collect();
            self.steps += 1 + wish.free.len() as u64;
            // Somebody who knows the field may have one more than somebody who does not.
            free.sort_by_key(|r| (self.load[*r] + usize::from(!wish.expert.has(*r)), self.load[*r], *r));
            for r in free.into_iter().take(wish.wanted) {
                self.put(p, r);
            }
        }
    }

    fn fill(&mut self) {
        let mut dead = Set::default();
        for p in 0..self.wishes.len() {
            while self.on[p].len() < self.wishes[p].wanted {
                let seeds: Vec<usize> = self.wishes[p].free.without([&self.on[p], &dead, &Set::default()]).collect();
                let (found, way, seen) = self.search(seeds, &dead, |table, r| table.has_room(r));
                let Some(end) = found else {
                    dead.add_all(&seen);
                    break;
                };
                let start = self.shift(&way, end);
                self.put(p, start);
            }
        }
    }

    fn level(&mut self) {
        loop {
            let mut order: Vec<usize> = (0..self.desks.len()).filter(|r| !self.held[*r].is_empty()).collect();
            order.sort_by_key(|r| (std::cmp::Reverse(self.load[*r]), *r));
            let mut moved = false;
            for from in order {
                let high = self.load[from];
                // Nobody has so much less that a move would help.
                let lowest = (0..self.desks.len()).filter(|r| self.has_room(*r)).map(|r| self.load[r]).min();
                if lowest.is_none_or(|low| low + 2 > high) {
                    break;
                }
                let (found, way, _) =
                    self.search(vec![from], &Set::default(), |table, r| table.has_room(r) && table.load[r] + 2 <= high);
                if let Some(end) = found {
                    self.shift(&way, end);
                    moved = true;
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// From these desks along proposals that could change hands to a desk that will do, by the fewest changes.
    fn search(
        &mut self,
        seeds: Vec<usize>,
        dead: &Set,
        will_do: impl Fn(&Self, usize) -> bool,
    ) -> (Option<usize>, Way, Set) {
        let mut way: Way = vec![None; self.desks.len()];
        let mut seen: Set = seeds.iter().copied().collect();
        let mut queue = std::collections::VecDeque::from(seeds);
        while let Some(r) = queue.pop_front() {
            self.steps += 1;
            if will_do(self, r) {
                return (Some(r), way, seen);
            }
            // What is not in the reviewer's field is given away first.
            let (strange, known): (Vec<usize>, Vec<usize>) =
                self.held[r].iter().copied().partition(|q| !self.wishes[*q].expert.has(r));
            for q in strange.into_iter().chain(known) {
                self.steps += 1 + self.wishes[q].free.0.len() as u64;
                let next: Vec<usize> = self.wishes[q].free.without([&self.on[q], &seen, dead]).collect();
                for other in next {
                    seen.insert(other);
                    way[other] = Some((q, r));
                    queue.push_back(other);
                }
            }
        }
        (None, way, seen)
    }

    /// Makes the changes of a way that ends at this desk; the desk that it began at.
    fn shift(&mut self, way: &Way, end: usize) -> usize {
        let mut desk = end;
        while let Some((p, from)) = way[desk] {
            self.take(p, from);
            self.put(p, desk);
            desk = from;
        }
        desk
    }

    fn prefer(&mut self) {
        let until = self.steps + EXCHANGES;
        for p in 0..self.wishes.len() {
            let strange: Vec<usize> = self.on[p].iter().filter(|r| !self.wishes[p].expert.has(*r)).collect();
            for r in strange {
                if self.steps >= until {
                    return;
                }
                self.exchange(p, r);
            }
        }
    }

    /// Gives the proposal somebody of its field for somebody who is not, if nobody else loses by it.
    fn exchange(&mut self, p: usize, r: usize) {
        let wishes = self.wishes;
        let experts: Vec<usize> =
            wishes[p].expert.iter().filter(|s| wishes[p].free.has(*s) && !self.on[p].has(*s)).collect();
        for s in experts {
            self.steps += 1;
            if self.load[s] < self.load[r] && self.has_room(s) {
                self.take(p, r);
                self.put(p, s);
                return;
            }
            self.steps += self.held[s].len() as u64;
            let fits = |q: &&usize| {
                let wish = &wishes[**q];
                wish.free.has(r) && !self.on[**q].has(r) && (!wish.expert.has(s) || wish.expert.has(r))
            };
            if let Some(q) = self.held[s].iter().find(fits).copied() {
                self.take(p, r);
                self.take(q, s);
                self.put(p, s);
                self.put(q, r);
                return;
            }
        }
    }
}
