use super::*;
use crate::{Layout, Shape};

const GOOD: &str = "date,time,qty,code,price,product,text\n\
28/01/2018,00:00,2,MG-8769,$74.69,Men's Boots,\"These boots, for men, are rugged.\"\n\
29/01/2018,00:15,0,RI-3895,$29.81,Light-Up Running Jacket,\"The next level of weather, protection.\"\n\
30/01/2018,00:30,1,RI-8070,$80.08,Men's Trail Shoes,\"Great grip and super, extra breathability.\"\n\
31/01/2018,00:45,1,RI-9546,$25.55,Switch Fly Rods,\"This lightweight rod delivers, well.\"\n\
13/02/2018,01:00,9,CC-9259,$48.00,\"Throw Pillow, Paddles\",\"Add a pop of paddling fun, too.\"\n\
14/02/2018,01:15,1,CC-1697,$34.22,Men's Suspenders,\"These tough, Heavy-Duty Suspenders.\"\n\
15/02/2018,01:30,2,RI-6052,$89.34,Organic Cotton Towel,\"All the softness, and absorbency.\"\n";

/// The one truth that every slip below comes from.
const TRUTH: [&str; 7] =
    ["20/02/2018", "02:45", "1", "BH-7531", "$48.08", "Women's Fly Rod", "Amazingly crisp, light feel."];

fn repaired(raw: &str) -> Vec<String> {
    let layout = Layout { width: 7, header_records: 1, ..Layout::default() };
    let dialect = Dialect::default();
    let shape = Shape::learn(GOOD, &dialect, &layout);
    let repair = Repairer::new(&dialect, &shape).best(raw).unwrap();
    repair.values().map(str::to_owned).collect()
}

#[test]
fn a_lost_delimiter_is_put_back_where_both_halves_fit() {
    let raw = "20/02/2018,02:45,1,BH-7531,$48.08,Women's Fly Rod,\"Amazingly crisp, light feel.\"";
    let commas = [10, 16, 18, 26, 33, 49];
    for at in commas {
        let mut broken = raw.to_owned();
        assert_eq!(broken.remove(at), ',');
        assert_eq!(repaired(&broken), TRUTH, "{broken}");
    }
}

#[test]
fn an_extra_delimiter_is_dropped() {
    for at in [0, 10, 16, 18, 26, 33, 49] {
        let mut raw =
            "20/02/2018,02:45,1,BH-7531,$48.08,Women's Fly Rod,\"Amazingly crisp, light feel.\"".to_owned();
        raw.insert(at, ',');
        assert_eq!(repaired(&raw), TRUTH, "{raw}");
    }
}

#[test]
fn an_unquoted_delimiter_is_part_of_the_field_it_fits() {
    let raw = "20/02/2018,02:45,1,BH-7531,$48.08,Women's Fly Rod,Amazingly crisp, light feel.";
    assert_eq!(repaired(raw), TRUTH);
}

#[test]
fn a_lone_quote_is_text() {
    let raw = "20/02/2018,02:45,\"1,BH-7531,$48.08,Women's Fly Rod,\"Amazingly crisp, light feel.\"";
    let mut expected = TRUTH;
    expected[2] = "\"1";
    assert_eq!(repaired(raw), expected);
    let raw = "20/02/2018,02:45,1,BH-7531,$48.08,Women's Fly Rod,\"\"Amazingly crisp, light feel.\"";
    let mut expected = TRUTH;
    expected[6] = "\"Amazingly crisp, light feel.";
    assert_eq!(repaired(raw), expected);
}

#[test]
fn a_record_in_another_delimiter_is_split_by_it() {
    let raw = "20/02/2018 02:45 1 BH-7531 $48.08 Women's Fly Rod \"Amazingly crisp, light feel.\"";
    assert_eq!(repaired(raw), TRUTH);
}

#[test]
fn a_missing_last_field_is_padded_at_the_end() {
    let raw = "20/02/2018,02:45,1,BH-7531,$48.08";
    assert_eq!(repaired(raw), ["20/02/2018", "02:45", "1", "BH-7531", "$48.08", "", ""]);
}

#[test]
fn a_record_broken_by_a_line_end_is_joined() {
    let layout = Layout { width: 7, header_records: 1, ..Layout::default() };
    let dialect = Dialect::default();
    let shape = Shape::learn(GOOD, &dialect, &layout);
    let repairer = Repairer::new(&dialect, &shape);
    let raws = ["20/02/2018,02:45,1,BH-7531,$48.08,Women's", "Fly Rod,\"Amazingly crisp, light feel.\""];
    let joined = repairer.better_joined(&raws, "\n").unwrap();
    assert_eq!(joined.cells[5].value, "Women's\nFly Rod");
    let raws = ["20/02/2018,02:45,1", "20/02/2018,02:45,1,BH-7531,$48.08"];
    assert_eq!(repairer.better_joined(&raws, "\n"), None);
}
