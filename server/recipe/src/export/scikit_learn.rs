//! A pipeline of scikit-learn: the steps of the pandas code as transformers, to stand before an estimator. All that
//! was fitted is a literal in them, so that nothing is fitted again.

use super::{Exported, pandas};
use crate::Recipe;

/// The script.
pub(super) fn export(recipe: &Recipe) -> Exported {
    let imports =
        "from sklearn.pipeline import Pipeline\nfrom sklearn.preprocessing import FunctionTransformer\n";
    let (mut code, left_out, steps) = pandas::functions(recipe, imports);
    code.push_str("\n\npipeline = Pipeline([\n");
    for step in &steps {
        code.push_str(&format!("    (\"{step}\", FunctionTransformer({step})),\n"));
    }
    if steps.is_empty() {
        code.push_str("    (\"nothing\", \"passthrough\"),\n");
    }
    code.push_str(
        "])\n\n\ndef transform(t):\n    return pipeline.fit_transform(t)\n\n\n\
         if __name__ == \"__main__\":\n    import sys\n\n    \
         transform(read(sys.argv[1])).to_csv(sys.argv[2] if len(sys.argv) > 2 else sys.stdout, index=False)\n",
    );
    Exported { code, left_out }
}
