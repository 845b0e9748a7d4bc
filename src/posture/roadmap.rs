//! The plan in time: who does what when, by priority, what has to be done first and how much time an owner has.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::plan::Item;

/// How many days of a week owners have for the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Those of an owner of whom nothing else is said, from 1 to 7.
    pub default: u8,
    /// Those of some owners.
    pub of: BTreeMap<String, u8>,
}

impl Default for Capacity {
    fn default() -> Capacity {
        Capacity { default: 1, of: BTreeMap::new() }
    }
}

impl Capacity {
    fn of(&self, owner: Option<&str>) -> i64 {
        let days = owner.and_then(|owner| self.of.get(owner)).unwrap_or(&self.default);
        i64::from(*days).clamp(1, 7)
    }
}

/// When a thing of the plan is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoadmapSlot {
    /// Its place in the plan.
    pub item: usize,
    /// Days of work.
    pub work: i64,
    /// Whether the days are assumed, since no action says how much work it is.
    pub assumed: bool,
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
    /// Whether that is after the day by which it should be done.
    pub late: bool,
}

/// Days of work where nobody says how much it is.
const ASSUMED: i64 = 2;

fn work(effort: Option<&str>) -> (i64, bool) {
    match effort {
        Some("hours") => (1, false),
        Some("days") => (3, false),
        Some("weeks") => (10, false),
        Some("months") => (40, false),
        _ => (ASSUMED, true),
    }
}

/// When each thing of a plan is done: each owner does one after the other, the most urgent first, and nothing before what it
/// comes after. In the order of the plan.
pub fn roadmap(plan: &[Item], capacity: &Capacity, today: Date) -> Vec<RoadmapSlot> {
    let by_action: BTreeMap<&Arc<str>, usize> =
        plan.iter().enumerate().filter_map(|(place, item)| Some((item.action.as_ref()?, place))).collect();
    let mut making = Scheduling { plan, capacity, today, by_action, free: BTreeMap::new(), slots: BTreeMap::new() };
    for place in 0..plan.len() {
        making.place(place);
    }
    making.slots.into_values().collect()
}

struct Scheduling<'a> {
    plan: &'a [Item],
    capacity: &'a Capacity,
    today: Date,
    by_action: BTreeMap<&'a Arc<str>, usize>,
    /// The first day that an owner is free.
    free: BTreeMap<Option<&'a str>, Date>,
    slots: BTreeMap<usize, RoadmapSlot>,
}

impl<'a> Scheduling<'a> {
    /// Places an item, and before it what has to be done first; of a circle the one that was come to last goes first.
    fn place(&mut self, first: usize) {
        let mut open = vec![first];
        let mut entered: Vec<bool> = (0..self.plan.len()).map(|place| place == first).collect();
        while let Some(&place) = open.last() {
            let next = self
                .needs(place)
                .find(|need| !self.slots.contains_key(need) && !entered.get(*need).copied().unwrap_or(true));
            let Some(need) = next else {
                open.pop();
                self.settle(place);
                continue;
            };
            if let Some(mark) = entered.get_mut(need) {
                *mark = true;
            }
            open.push(need);
        }
    }

    fn needs(&self, place: usize) -> impl Iterator<Item = usize> {
        let after = self.plan.get(place).map_or(&[][..], |item| &item.after);
        after.iter().filter_map(|action| self.by_action.get(action).copied()).filter(move |need| *need != place)
    }

    fn settle(&mut self, place: usize) {
        let Some(item) = self.plan.get(place).filter(|_| !self.slots.contains_key(&place)) else { return };
        let owner: Option<&'a str> = item.owner.as_deref();
        let ready = self.needs(place).filter_map(|need| self.slots.get(&need)).map(|slot| next(slot.end)).max();
        let free = self.free.get(&owner).copied().unwrap_or(self.today);
        let start = ready.map_or(free, |ready| ready.max(free));
        let (work, assumed) = work(item.effort.as_deref());
        let days = (work * 7 + self.capacity.of(owner) - 1) / self.capacity.of(owner);
        let end = start.saturating_add((days - 1).days());
        self.free.insert(owner, next(end));
        let limit = item.due.or_else(|| Some(self.today.saturating_add(item.days?.days())));
        let late = limit.is_some_and(|limit| end > limit);
        self.slots.insert(place, RoadmapSlot { item: place, work, assumed, start, end, late });
    }
}

fn next(day: Date) -> Date {
    day.saturating_add(1.days())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posture::Exposure;

    fn item(action: &str, owner: Option<&str>, effort: Option<&str>, after: &[&str]) -> Item {
        Item {
            priority: 1,
            factors: [1, 1, 1],
            title: action.to_owned(),
            rule: None,
            severity: None,
            with: Vec::new(),
            controls: Vec::new(),
            findings: Vec::new(),
            fix: String::new(),
            exposure: Exposure::least(),
            risk: None,
            owner: owner.map(Arc::from),
            due: None,
            days: Some(7),
            overdue: false,
            nonconformity: None,
            action: Some(action.into()),
            effort: effort.map(Arc::from),
            after: after.iter().map(|&action| action.into()).collect(),
        }
    }

    #[test]
    fn each_owner_does_one_thing_after_the_other_and_nothing_before_what_it_comes_after() {
        let plan = [
            item("a", Some("x"), Some("hours"), &["c"]),
            item("b", Some("x"), None, &[]),
            item("c", Some("y"), Some("days"), &[]),
            item("d", Some("y"), Some("hours"), &["e"]),
            item("e", Some("y"), Some("hours"), &["d", "d", "nowhere"]),
        ];
        let capacity = Capacity { default: 7, of: [("y".to_owned(), 1)].into() };
        let slots = roadmap(&plan, &capacity, jiff::civil::date(2026, 6, 1));
        let shown: Vec<String> =
            slots.iter().map(|slot| format!("{} {} {} {}", slot.item, slot.start, slot.end, slot.late)).collect();
        assert_eq!(
            shown,
            [
                "0 2026-06-22 2026-06-22 true",
                "1 2026-06-23 2026-06-24 true",
                "2 2026-06-01 2026-06-21 true",
                "3 2026-06-29 2026-07-05 true",
                "4 2026-06-22 2026-06-28 true",
            ]
        );
        assert!(slots[1].assumed && !slots[0].assumed);
    }
}
