use anyhow::Context;
use rustix::time::{ClockId, clock_gettime};
use std::time::Instant;

/// What one operation costs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Microseconds by the clock.
    pub wall: f64,
    /// Microseconds of this process's CPU time, all threads.
    pub cpu: f64,
    /// Minor page faults of this process.
    pub faults: f64,
}

/// How often everything is done.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub rounds: u32,
    /// A hundredth of the operations: enough to see that everything runs, too few for figures.
    pub quick: bool,
}

impl Effort {
    /// Figures, or with `--quick` only a look whether everything runs.
    pub fn from_args() -> Self {
        let quick = std::env::args().any(|arg| arg == "--quick");
        Self { rounds: if quick { 1 } else { 11 }, quick }
    }

    /// How many operations a round has where `full` are worth measuring.
    pub fn times(self, full: u32) -> u32 {
        if self.quick { (full / 100).max(2) } else { full }
    }
}

/// One way of doing something, measured beside others.
pub struct Case<'a> {
    pub name: &'a str,
    /// Does it that many times. Answers the seconds of CPU time that only served the measuring, such as a client's.
    pub run: Box<dyn FnMut(u32) -> anyhow::Result<f64> + 'a>,
}

impl<'a> Case<'a> {
    pub fn new(name: &'a str, run: impl FnMut(u32) -> anyhow::Result<f64> + 'a) -> Self {
        Self { name, run: Box::new(run) }
    }

    /// One operation at a time.
    pub fn each(name: &'a str, mut once: impl FnMut() -> anyhow::Result<()> + 'a) -> Self {
        Self::new(name, move |times| (0..times).try_for_each(|_| once()).map(|()| 0.0))
    }
}

/// The costs of each case in each round: `costs[case][round]`.
pub struct Rounds {
    costs: Vec<Vec<Cost>>,
}

/// Runs the cases in turns, so that a machine which becomes slower for a while does so for all of them. The first turn only warms up.
pub fn interleaved(cases: &mut [Case<'_>], effort: Effort, times: u32) -> anyhow::Result<Rounds> {
    let times = effort.times(times);
    let mut costs = vec![Vec::new(); cases.len()];
    for round in 0..=effort.rounds {
        for (case, costs) in cases.iter_mut().zip(&mut costs) {
            let cost = cost(times, || (case.run)(times)).with_context(|| case.name.to_string())?;
            if round > 0 {
                costs.push(cost);
            }
        }
    }
    Ok(Rounds { costs })
}

impl Rounds {
    pub fn cost(&self, case: usize) -> Cost {
        let middle = |of: fn(&Cost) -> f64| median(self.costs[case].iter().map(of).collect());
        Cost { wall: middle(|c| c.wall), cpu: middle(|c| c.cpu), faults: middle(|c| c.faults) }
    }

    /// How many times as much time as `base` the case takes: the median of the ratios within each round.
    pub fn ratio(&self, case: usize, base: usize) -> f64 {
        self.median_of(|costs| costs[case].wall / costs[base].wall)
    }

    /// The same by CPU time.
    pub fn cpu_ratio(&self, case: usize, base: usize) -> f64 {
        self.median_of(|costs| costs[case].cpu / costs[base].cpu)
    }
}

impl Rounds {
    /// The median over the rounds of what `of` makes of the costs of all cases in one round.
    pub fn median_of(&self, of: impl Fn(&[Cost]) -> f64) -> f64 {
        let rounds = self.costs.first().map_or(0, Vec::len);
        let round = |n: usize| self.costs.iter().map(|case| case[n]).collect::<Vec<_>>();
        median((0..rounds).map(|n| of(&round(n))).collect())
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What `times` operations cost, for each of them.
pub fn cost(times: u32, work: impl FnOnce() -> anyhow::Result<f64>) -> anyhow::Result<Cost> {
    let (faults, cpu, begun) = (faults()?, cpu(), Instant::now());
    let measuring = work()?;
    let (wall, cpu, faults) = (begun.elapsed().as_secs_f64(), cpu_since(cpu) - measuring, self::faults()? - faults);
    let times = f64::from(times);
    Ok(Cost { wall: wall * 1e6 / times, cpu: cpu * 1e6 / times, faults: faults as f64 / times })
}

fn cpu() -> f64 {
    seconds(ClockId::ProcessCPUTime)
}

/// Seconds of CPU time that the calling thread has taken.
pub fn thread_cpu() -> f64 {
    seconds(ClockId::ThreadCPUTime)
}

fn seconds(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn cpu_since(before: f64) -> f64 {
    cpu() - before
}

fn faults() -> anyhow::Result<u64> {
    // The name in parentheses may hold spaces; minor faults are the eighth number behind it.
    let stat = std::fs::read_to_string("/proc/self/stat").context("page faults are counted in /proc")?;
    let numbers = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
    numbers.split(' ').nth(7).and_then(|n| n.parse().ok()).context("/proc/self/stat has another form here")
}
