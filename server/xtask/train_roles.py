#!/usr/bin/env python3
"""Fits the role model and writes server/profile/src/role/forest.txt. Needs numpy, scikit-learn and lightgbm.

  cargo xtask eval role-features --data DIR --out features.csv
  python3 server/xtask/train_roles.py features.csv --folds        accuracy and macro-F1 with whole data sets kept out
  python3 server/xtask/train_roles.py features.csv --folds --priors FILE   and the folds' guesses, for eval learn --priors
  python3 server/xtask/train_roles.py features.csv --out server/profile/src/role/forest.txt

Folds go by data set (the second column), never by file. A data set's columns weigh n^-0.4 each, so that one survey of a
thousand columns does not decide. The two rules of role.rs are applied to the folds' predictions too."""
import argparse
import collections

import lightgbm
import numpy
from sklearn.metrics import f1_score, log_loss
from sklearn.model_selection import GroupKFold

ROLES = "numeric categorical datetime sentence url embedded-number list not-generalizable context-specific".split()
N_FEATURES = 88
NULL_SHARE, DISTINCT, STARTS_BRACKET = 1, 2, 42
SETTINGS = dict(
    n_estimators=70, learning_rate=0.1, num_leaves=12, min_child_samples=10, subsample=0.8, subsample_freq=1,
    colsample_bytree=0.5, reg_lambda=5, n_jobs=2, verbose=-1, random_state=1,
)


def read(path):
    ids, domains, labels, features = [], [], [], []
    for line in open(path, encoding="utf-8"):
        parts = line.rstrip("\n").rsplit(",", N_FEATURES + 1)
        id_, domain = parts[0].split(",", 1)
        ids.append(id_)
        domains.append(domain)
        labels.append(ROLES.index(parts[1]))
        features.append([float(x) for x in parts[2:]])
    return ids, numpy.array(domains), numpy.array(labels), numpy.array(features)


def fit(features, labels, weights):
    return lightgbm.LGBMClassifier(**SETTINGS).fit(features, labels, sample_weight=weights)


def with_rules(p, features):
    p = p.copy()
    lists = features[:, STARTS_BRACKET] >= 0.8
    p[lists] *= 0.1
    p[lists, ROLES.index("list")] += 0.9
    empty = (features[:, NULL_SHARE] >= 0.98) | (features[:, DISTINCT] <= numpy.log10(2) + 1e-9)
    p[empty] *= 0.15
    p[empty, ROLES.index("not-generalizable")] += 0.85
    return p


def folds(domains, labels, features, weights):
    p = numpy.zeros((len(labels), len(ROLES)))
    groups = numpy.unique(domains, return_inverse=True)[1]
    for train, test in GroupKFold(10).split(features, labels, groups):
        model = fit(features[train], labels[train], weights[train])
        p[numpy.ix_(test, model.classes_)] = model.predict_proba(features[test])
    for name, p in (("forest", p), ("forest and rules", with_rules(p, features))):
        best = p.argmax(1)
        by_domain = collections.defaultdict(list)
        for domain, right in zip(domains, best == labels):
            by_domain[domain].append(right)
        mean = numpy.mean([numpy.mean(v) for v in by_domain.values() if len(v) >= 5])
        top = p.max(1)
        bins = numpy.minimum((top * 10).astype(int), 9)
        ece = sum(abs((best == labels)[bins == b].mean() - top[bins == b].mean()) * (bins == b).mean() for b in set(bins))
        print(f"{name}: accuracy {(best == labels).mean():.4f}  macro-F1 {f1_score(labels, best, average='macro'):.4f}  "
              f"domains {mean:.4f}  log loss {log_loss(labels, p, labels=range(9)):.3f}  ECE {ece:.3f}")
        print("  " + "  ".join(f"{role} {f1_score(labels == i, best == i):.2f}" for i, role in enumerate(ROLES)))
    return p


def write_guesses(path, ids, p):
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(["id", *ROLES]) + "\n")
        for id_, row in zip(ids, p):
            out.write(",".join([id_, *(f"{x:.5f}" for x in row)]) + "\n")


def short(x):
    return f"{x:.5g}"


def line(role, node):
    if "leaf_value" in node:
        return short(node["leaf_value"])
    assert node["decision_type"] == "<=", node
    return f"f{node['split_feature']}:{short(node['threshold'])} {line(role, node['left_child'])} {line(role, node['right_child'])}"


def write(path, model):
    trees = model.booster_.dump_model()["tree_info"]
    with open(path, "w", encoding="utf-8") as out:
        for i, tree in enumerate(trees):
            role = int(model.classes_[i % len(model.classes_)])
            out.write(f"{role} {line(role, tree['tree_structure'])}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features")
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--priors", help="with --folds: a file for their guesses")
    parser.add_argument("--out")
    options = parser.parse_args()
    ids, domains, labels, features = read(options.features)
    counts = collections.Counter(domains)
    weights = numpy.array([counts[domain] ** -0.4 for domain in domains])
    if options.folds:
        guesses = folds(domains, labels, features, weights)
        if options.priors:
            write_guesses(options.priors, ids, guesses)
    if options.out:
        write(options.out, fit(features, labels, weights))


if __name__ == "__main__":
    main()
