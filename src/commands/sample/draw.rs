//! `guanjia sample draw`: the order of everybody in the frame, from the plan's hash and the public entropy.
use super::office::{Office, counts, published};
use crate::cli::{self, Cli, Format};
use crate::commands::table::table;
use crate::commands::{Refused, Status};
use crate::sampling::acts::{Act, Drawn, Sample};
use crate::sampling::entropy::Entropy;
use crate::sampling::publish::Published;

pub fn run(args: &cli::SampleDraw, cli: &Cli) -> anyhow::Result<Status> {
    if !matches!(cli.format, Format::Table | Format::Json) {
        return Err(Refused("sample draw prints a table or JSON: --format table or --format json".into()).into());
    }
    let entropy = entropy(args)?;
    let mut office = Office::open(cli)?;
    let key = office.key()?;
    let folder = office.folder(&args.plan, args.out.as_deref());
    let sample = office.sample(&args.plan)?;
    admit(sample, &entropy, args.signed.at())?;
    office.check(sample, &key, &folder)?;
    if sample.drawn.is_none() {
        let drawn = Drawn { plan_hash: sample.planned.plan_hash.clone(), entropy };
        office.enter(&args.plan, &args.signed, &[Act::Drawn(drawn)])?;
    }
    let sample = office.sample(&args.plan)?;
    let written = office.write(sample, &key, &folder)?;
    let published = published(sample)?;
    match cli.format {
        Format::Json => print!("{}", published.text()?),
        _ => print(sample, &published),
    }
    if !cli.quiet {
        written.iter().for_each(|path| eprintln!("{}", path.display()));
        eprintln!(
            "hint: publish draw.json and verify.html; draw-bureau-only.json says whose each pseudonym is and stays here"
        );
    }
    Ok(Status::Done)
}

fn entropy(args: &cli::SampleDraw) -> anyhow::Result<Entropy> {
    match (&args.entropy, &args.drand) {
        (Some(text), _) => Ok(Entropy::typed(text)),
        (None, Some(path)) => {
            let text =
                std::fs::read_to_string(path).map_err(|e| Refused(format!("cannot read {}: {e}", path.display())))?;
            Entropy::drand(&text).map_err(|error| Refused(format!("{}: {error}", path.display())).into())
        }
        (None, None) => Err(Refused("give the entropy with --entropy or --drand".into()).into()),
    }
}

/// May this plan be drawn with this, now?
fn admit(sample: &Sample, entropy: &Entropy, now: chrono::NaiveDateTime) -> anyhow::Result<()> {
    let announced = &sample.plan().entropy;
    let refused = |why: String| Err(Refused(why).into());
    if let Some((before, done)) = &sample.drawn {
        if before.entropy != *entropy {
            return refused(format!(
                "plan {} was drawn on {} with “{}”; a plan is drawn once. Another sample needs another plan",
                sample.plan().id,
                done.at,
                before.entropy.text
            ));
        }
        return Ok(());
    }
    let checked = Entropy::due(announced, now).and_then(|()| entropy.check(announced));
    checked.map_err(|error| Refused(format!("plan {}: {error}", sample.plan().id)).into())
}

fn print(sample: &Sample, published: &Published) {
    let frame = &sample.planned.frame;
    let mut rows = Vec::new();
    for order in &published.strata {
        let name = frame.strata.get(&order.id).map_or(order.id.as_str(), |known| known.name.as_str());
        for place in order.tickets.iter().take_while(|place| place.role != crate::sampling::draw::Role::Rest) {
            let unit = frame.unit(&place.pseudonym);
            rows.push(vec![
                name.to_owned(),
                place.rank.to_string(),
                place.role.told().to_owned(),
                place.shown().to_owned(),
                place.pseudonym.clone(),
                unit.map(|unit| format!("{} {}", unit.enterprise_id, unit.name)).unwrap_or_default(),
            ]);
        }
    }
    let heads = ["stratum", "rank", "role", "ticket", "pseudonym", "enterprise"];
    print!("{}", table(&heads, &[false, true, false, false, false, false], &rows));
    let (drawn, reserve) = counts(published);
    println!("\n{drawn} drawn, {reserve} in reserve, of {} in the frame", published.frame_size);
    println!("seed: {}", published.seed);
}
