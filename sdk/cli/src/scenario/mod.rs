//! Scenarios: a story in a file, played in the real runtime against records in memory and a clock that the story moves. What a
//! plugin writes is judged by the host's own code, so what passes here passes there.

mod expect;
mod file;
mod play;
mod world;

use crate::check::Accepted;
use anyhow::bail;
use file::Scenario;

pub fn test(plugins: &[Accepted], only: Option<&str>) -> anyhow::Result<()> {
    let (mut played, mut failed) = (0, 0);
    for accepted in plugins {
        for (name, text) in &accepted.package.scenarios {
            if only.is_some_and(|part| !name.contains(part)) {
                continue;
            }
            played += 1;
            let place = format!("{} {name}", accepted.package.manifest.id);
            let outcome = Scenario::parse(text).map_err(|e| vec![e]).and_then(|scenario| {
                let steps = scenario.step.len();
                play::play(accepted, &scenario).map(|fuel| (scenario.title, steps, fuel))
            });
            match outcome {
                Ok((title, steps, fuel)) => {
                    let (used, limit) = (fuel as f64 / 1e6, accepted.package.manifest.limits.fuel_millions);
                    println!("ok      {place}: {title} ({steps} steps, at most {used:.1} of {limit} million fuel)");
                }
                Err(lines) => {
                    failed += 1;
                    println!("FAILED  {place}");
                    lines.iter().flat_map(|l| l.lines()).for_each(|line| println!("        {line}"));
                }
            }
        }
    }
    if played == 0 {
        bail!("there is no scenario to play: write one into scenarios/*.toml");
    }
    if failed > 0 {
        bail!("{failed} of {played} scenarios failed");
    }
    println!("{played} {} passed", if played == 1 { "scenario" } else { "scenarios" });
    Ok(())
}
