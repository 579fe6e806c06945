"""Compares the formulas of transforms with reference implementations that fit for themselves.

The folder holds input.csv and a folder for each transform, called `code=column`, with ours.csv.
"""

import csv
import math
import pathlib
import sys

import numpy as np
import pandas as pd
import scipy.stats as stats
from sklearn import impute, preprocessing

folder = pathlib.Path(sys.argv[1])
NULLS = ["", "na", "null"]


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def numbers(values):
    return pd.to_numeric(values.str.strip(), errors="coerce")


def texts(values):
    stripped = values.str.strip()
    return stripped.where(~stripped.str.lower().isin(NULLS))


def of_numbers(function):
    """`function` of the numbers alone, in their places."""

    def apply(t, c):
        x = numbers(t[c])
        known = x.dropna()
        return pd.Series(np.asarray(function(known.to_numpy()), dtype=float).ravel(), index=known.index).reindex(x.index)

    return apply


def scaled(scaler):
    return of_numbers(lambda x: scaler.fit_transform(x.reshape(-1, 1)))


def clipped(low, high):
    return of_numbers(lambda x: np.clip(x, low(x), high(x)))


def fence(k, side):
    def at(x):
        q1, q3 = np.quantile(x, [0.25, 0.75])
        return q1 - k * (q3 - q1) if side < 0 else q3 + k * (q3 - q1)

    return at


def imputed(strategy):
    def apply(t, c):
        x = numbers(t[c]).to_numpy().reshape(-1, 1)
        return pd.Series(impute.SimpleImputer(strategy=strategy).fit_transform(x).ravel())

    return apply


def most_frequent(t, c):
    values = texts(t[c]).to_numpy(dtype=object).reshape(-1, 1)
    imputer = impute.SimpleImputer(missing_values=np.nan, strategy="most_frequent")
    return pd.Series(imputer.fit_transform(values).ravel())


def blom(x):
    return stats.norm.ppf((stats.rankdata(x) - 3 / 8) / (len(x) + 1 / 4))


def group_median(t, c):
    """The category that explains most of the variance gives the groups."""
    x = numbers(t[c])
    known = x.notna()
    total = ((x - x.mean()) ** 2).sum()
    best = None
    for name in t.columns:
        values = texts(t[name])
        if name == c or pd.to_numeric(values, errors="coerce").notna().sum() * 2 > values.notna().sum():
            continue
        if not 2 <= values.nunique() <= 50 or values.nunique() * 2 > values.notna().sum():
            continue
        key = t[name].str.strip()
        between = x[known].groupby(key[known]).agg(lambda g: len(g) * (g.mean() - x.mean()) ** 2).sum()
        if best is None or between / total > best[0] + 1e-12:
            best = (between / total, key)
    return x.fillna(x.groupby(best[1]).transform("median")).fillna(x.median())


def days(t, c):
    return pd.to_datetime(t[c].str.strip(), dayfirst=True, format="%d/%m/%Y")


def season(wave):
    def apply(t, c):
        day = days(t, c)
        begin = pd.to_datetime(day.dt.year.astype(str) + "-01-01")
        end = pd.to_datetime((day.dt.year + 1).astype(str) + "-01-01")
        return wave(2 * math.pi * (day - begin) / (end - begin))

    return apply


def columns_of(encoder, values, c):
    encoded = encoder.fit_transform(values)
    classes = encoder.classes_ if hasattr(encoder, "classes_") else encoder.categories_[0]
    return {f"{c}_{value}": pd.Series(encoded[:, at]) for at, value in enumerate(classes)}


def one_hot(t, c):
    return columns_of(preprocessing.OneHotEncoder(sparse_output=False), t[[c]].to_numpy(), c)


def multi_label(t, c):
    parts = [[part.strip() for part in value.split(";") if part.strip()] for value in t[c]]
    return columns_of(preprocessing.MultiLabelBinarizer(), parts, c)


def grouped(t, c):
    values = texts(t[c])
    counts = values.map(values.value_counts())
    return values.where((counts >= 2) & (counts >= 0.01 * values.notna().sum()), "other").where(values.notna())


# For each transform: the suffix of the column that it adds, none where it changes the column itself, and the reference.
REFERENCES = {
    "log-column": ("log", of_numbers(np.log)),
    "log1p-column": ("log1p", of_numbers(np.log1p)),
    "sqrt-column": ("sqrt", of_numbers(np.sqrt)),
    "cube-root": ("cbrt", of_numbers(np.cbrt)),
    "reciprocal": ("reciprocal", of_numbers(np.reciprocal)),
    "box-cox-column": ("boxcox", of_numbers(lambda x: stats.boxcox(x)[0])),
    "yeo-johnson-column": (
        "yeojohnson",
        scaled(preprocessing.PowerTransformer(method="yeo-johnson", standardize=False)),
    ),
    "quantile-normal": ("normal", of_numbers(blom)),
    "rank": ("rank", of_numbers(stats.rankdata)),
    "standardise": ("z", scaled(preprocessing.StandardScaler())),
    "min-max-scale": ("scaled", scaled(preprocessing.MinMaxScaler())),
    "robust-scale": ("robust", scaled(preprocessing.RobustScaler())),
    "winsorize": (None, clipped(lambda x: np.quantile(x, 0.01), lambda x: np.quantile(x, 0.99))),
    "clip-iqr": (None, clipped(fence(1.5, -1), fence(1.5, 1))),
    "flag-outliers": ("outlier", of_numbers(lambda x: (x < fence(3, -1)(x)) | (x > fence(3, 1)(x)))),
    "add-missing-indicator": (
        "missing",
        lambda t, c: pd.Series(impute.MissingIndicator().fit_transform(numbers(t[c]).to_frame()).ravel()),
    ),
    "add-zero-indicator": ("zero", of_numbers(lambda x: x == 0)),
    "impute-median": (None, imputed("median")),
    "impute-mean": (None, imputed("mean")),
    "impute-mode": (None, most_frequent),
    "fill-forward": (None, lambda t, c: numbers(t[c]).ffill()),
    "fill-backward": (None, lambda t, c: numbers(t[c]).bfill()),
    "interpolate-linear": (None, lambda t, c: numbers(t[c]).interpolate(limit_area="inside")),
    "impute-group-median": (None, group_median),
    "one-hot-encode": ("", one_hot),
    "multi-label-encode": ("", multi_label),
    "ordinal-encode": (
        "code",
        lambda t, c: pd.Series(preprocessing.OrdinalEncoder().fit_transform(t[[c]]).ravel()),
    ),
    "frequency-encode": ("share", lambda t, c: texts(t[c]).map(texts(t[c]).value_counts(normalize=True))),
    "group-rare-categories": ("grouped", grouped),
    "cyclical-encode": ("", lambda t, c: {f"{c}_sin": season(np.sin)(t, c), f"{c}_cos": season(np.cos)(t, c)}),
    "iso-8601-date": (None, lambda t, c: days(t, c).dt.strftime("%Y-%m-%d")),
    "extract-date-parts": (
        "",
        lambda t, c: {
            f"{c}_year": days(t, c).dt.year,
            f"{c}_month": days(t, c).dt.month,
            f"{c}_day": days(t, c).dt.day,
            f"{c}_weekday": days(t, c).dt.isocalendar().day,
        },
    ),
}
# What is fitted by an optimiser agrees to its tolerance.
LOOSE = {"box-cox-column": 1e-5, "yeo-johnson-column": 1e-5}


def same(a, b, by):
    gone = b is None or b != b or b is pd.NA
    if gone or a.strip().lower() in NULLS:
        return gone and a.strip().lower() in NULLS
    try:
        return math.isclose(float(a), float(b), rel_tol=by, abs_tol=by)
    except ValueError:
        return a.strip() == str(b)


t = read(folder / "input.csv")
failures, agree, seen = [], 0, set()
for case in sorted(path for path in folder.iterdir() if path.is_dir()):
    code, column = case.name.split("=")
    seen.add(code)
    suffix, reference = REFERENCES[code]
    expected = reference(t, column)
    if not isinstance(expected, dict):
        expected = {column if suffix is None else f"{column}_{suffix}": expected}
    ours = read(case / "ours.csv")
    by = LOOSE.get(code, 1e-8)
    for name, theirs in expected.items():
        wrong = [
            f"record {n}: {a!r} instead of {b!r}"
            for n, (a, b) in enumerate(zip(ours[name], theirs))
            if not same(a, b, by)
        ]
        if wrong or len(ours) != len(theirs):
            failures.append(f"{case.name} {name}: {len(wrong)} values, {'; '.join(wrong[:3])}")
        else:
            agree += 1
failures += [f"{code}: not tried" for code in REFERENCES if code not in seen]
for failure in failures:
    print(failure)
print(f"{agree} columns agree")
sys.exit(1 if failures else 0)
