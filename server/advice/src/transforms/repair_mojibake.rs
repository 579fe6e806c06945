//! `repair-mojibake`

use crate::{
    Change, Fitted, FixClass, TableView, Target, Transform, TransformMeta, documented, file_text, fit,
};

documented! {
    /// Undoes a misreading: `Ã©` becomes `é` again.
    ///
    /// # What it does
    /// Rewrites the sequences that were UTF-8 before they were read in another encoding. Misreading the result again
    /// gives the same text, so nothing is lost.
    ///
    /// # Example
    /// ```csv
    /// name,city
    /// Renée,BesanÃ§on
    /// Zoë,OrlÃ©ans
    /// ```
    /// ```csv
    /// name,city
    /// Renée,Besançon
    /// Zoë,Orléans
    /// ```
    ///
    /// # When not to use it
    /// In texts about encodings.
    pub struct RepairMojibake;
}

static META: TransformMeta = TransformMeta {
    code: "repair-mojibake",
    number: 1052,
    class: FixClass::Safe,
    idempotent: true,
    docs: RepairMojibake::DOCS,
};

impl Transform for RepairMojibake {
    fn meta(&self) -> &'static TransformMeta {
        &META
    }

    fn fit<'a>(&self, table: &'a TableView<'_>, target: Target) -> Option<Fitted<'a>> {
        if target != Target::File {
            return None;
        }
        let edits = file_text::misread_fields(table);
        let fields = if edits.len() == 1 { "field" } else { "fields" };
        let title = format!("Repair {} misread {fields}", edits.len());
        let proposal = fit::proposal(title, META.class, Vec::new());
        (!edits.is_empty()).then_some(Fitted { proposal, change: Change::Edits(edits) })
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn quotes_stay_and_names_of_columns_are_repaired_too() {
        let sample = Sample::new("prÃ©nom,n\n\"Ren\u{C3}\u{A9}e, AndrÃ©\",1\n");
        let after = sample.after("repair-mojibake", crate::Target::File);
        assert_eq!(after.as_deref(), Some("prénom,n\n\"Renée, André\",1\n"));
    }
}
