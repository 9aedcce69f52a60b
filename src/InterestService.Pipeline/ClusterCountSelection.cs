using InterestService.Pipeline.Evaluation.Agreement;
using InterestService.Pipeline.Evaluation.Separation;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.LinearAlgebra;

namespace InterestService.Pipeline;

/// <summary>
/// Chooses the number of clusters: the one whose prediction strength exceeds most, relative to what is possible, that of as many clusters of
/// random points without groups; one cluster where even this excess is below a threshold, since the points have no groups then. Of a handful of
/// users, which have no halves to compare, it is the number with the highest silhouette, if that is strong.
/// </summary>
public static class ClusterCountSelection
{
    /// <summary>Minimum excess of the prediction strength: known groups have .86 or more, users of random histories .83 or less.</summary>
    public const double MinStrength = .85;

    /// <summary>
    /// Number of clusters of users without separate groups, where clusters are wanted all the same: enough to tell users apart and few enough
    /// to look at.
    /// </summary>
    public const int WithoutGroups = 10;

    /// <summary>
    /// By how much the score of the previous number may be below the best one: the difference is within the error of the strengths, and ids of
    /// clusters that come and go cost callers more.
    /// </summary>
    private const double KeepMargin = .05;

    /// <summary>
    /// Strength of random points from which on no excess is possible, as where most of the variance lies along one line, whose halves are
    /// always reproducible. The silhouette tells two groups from the halves of a cloud then.
    /// </summary>
    private const double CertainChance = .95;

    /// <summary>Silhouette from which on a structure is strong (Kaufman and Rousseeuw, "Finding Groups in Data", 1990).</summary>
    private const double StrongSilhouette = .7;

    /// <summary>Number of points in the sample; a larger one gives the same curve.</summary>
    private const int SampleSize = 2000;

    /// <summary>Minimum number of points per cluster; smaller clusters may be due to chance.</summary>
    internal const int MinPointsPerCluster = 5;

    private const int StabilityPairs = 3;
    private const int Divisions = 4;
    private static readonly int[] _candidates = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 50];

    /// <summary>Evaluates the candidates, up to the first that the points do not allow.</summary>
    /// <param name="points">Unit-length rows, <c>[points x columns]</c>.</param>
    /// <param name="cluster">
    /// Clusters points into a number of clusters with a seed; returns their labels, or null if the points have fewer different vectors. Called by
    /// several threads at once, so it should take a single one.
    /// </param>
    /// <param name="previous">Number of clusters of an earlier clustering of the same kind, which stays where it is about as good; null without one.</param>
    /// <param name="seed">Seed for all random draws.</param>
    /// <param name="threads">Maximum number of threads; the result does not depend on it.</param>
    /// <param name="report">Receives the fraction of the candidates that are done, 0 to 1, from any thread, one at a time.</param>
    /// <param name="cancellation">Checked before each clustering.</param>
    public static ClusterCountChoice Choose(
        Matrix points, Func<Matrix, int, int, int[]?> cluster, int? previous, int seed, int threads, Action<double> report, CancellationToken cancellation)
    {
        var sample = points.Rows <= SampleSize
            ? points
            : points.SelectRows(new Random(seed).SampleAscending(points.Rows, SampleSize));
        if (points.Rows < 2 * MinPointsPerCluster) return ChooseOfFew(points, cluster, seed, threads, cancellation);
        var cloud = GaussianCloud.Draw(sample, seed, threads, cancellation);
        int distinct = sample.DistinctRows(_candidates[^1]);
        string? stopped = _candidates.Select(Missing).FirstOrDefault(reason => reason is not null);
        int[] candidates = [.. _candidates.TakeWhile(count => Missing(count) is null)];
        var scores = new ClusterCountScore?[candidates.Length];
        var progress = new StageProgress(report, 0, 1, candidates.Length);
        // One clustering of the sample is too little work for several threads; the numbers are independent of each other.
        new RowChunks(candidates.Length, threads, cancellation, minimum: 1).ForEach((candidate, _, _) =>
        {
            scores[candidate] = Evaluate(candidates[candidate]);
            progress.Step();
        });
        List<ClusterCountScore> found = [.. scores.TakeWhile(score => score is not null).OfType<ClusterCountScore>()];
        return Choice(found, previous, found.Count < candidates.Length ? FewerVectors(candidates[found.Count]) : stopped);

        string? Missing(int count) => count * MinPointsPerCluster > sample.Rows
            ? FewerUsers(count, sample.Rows)
            : count > distinct ? FewerVectors(count) : null;

        ClusterCountScore? Evaluate(int count)
        {
            if (cluster(sample, count, seed) is not { } labels) return null;
            double silhouette = Silhouette.Compute(sample, labels, new SilhouetteOptions { Threads = 1 }, cancellation).Score;
            double? stability = Stability.Compute(
                sample, (part, partSeed) => cluster(part, count, partSeed), StabilityPairs, seed, cancellation).Score;
            double? strength = Strength(sample, count), chance = strength is null ? null : Strength(cloud, count);
            return new ClusterCountScore(count, silhouette, stability, strength, chance, Score(strength, chance, silhouette));
        }

        double? Strength(Matrix rows, int count) => PredictionStrength.Compute(
            rows, (part, partSeed) => cluster(part, count, partSeed), Divisions, seed, threads: 1, cancellation);

        static string FewerVectors(int count) => $"The users have fewer than {count} different vectors.";
    }

    private static ClusterCountChoice ChooseOfFew(Matrix points, Func<Matrix, int, int, int[]?> cluster, int seed, int threads, CancellationToken cancellation)
    {
        var scores = new List<ClusterCountScore>();
        for (int count = 2; count < points.Rows && cluster(points, count, seed) is { } labels; count++)
        {
            double silhouette = Silhouette.Compute(points, labels, new SilhouetteOptions { Threads = threads }, cancellation).Score;
            scores.Add(new ClusterCountScore(count, silhouette, null, null, null, null));
        }

        string stopped = FewerUsers(2, points.Rows);
        return scores.MaxBy(score => score.Silhouette) is { Silhouette: >= StrongSilhouette } best
            ? new ClusterCountChoice(best.Clusters, scores, stopped, FormattableString.Invariant(
                $"{best.Clusters} clusters have the highest silhouette, {best.Silhouette:F2}; there are too few users for more than that."))
            : Choice(scores, previous: null, stopped);
    }

    private static string FewerUsers(int count, int users) =>
        $"{count} clusters need at least {count * MinPointsPerCluster} users; there are {users}.";

    /// <summary>The larger of equally good numbers: fewer clusters would join groups that are told apart as well.</summary>
    private static ClusterCountChoice Choice(List<ClusterCountScore> scores, int? previous, string? stopped)
    {
        var best = scores.Where(score => score.Score is not null).OrderByDescending(score => score.Score).ThenByDescending(score => score.Clusters).FirstOrDefault();
        if (best is null) return new ClusterCountChoice(1, scores, stopped, $"There are too few different users to tell groups. {stopped}");
        if (scores.Find(score => score.Clusters == previous && score.Score >= best.Score - KeepMargin) is { } kept) best = kept;
        string figures = FormattableString.Invariant(
            $"a prediction strength of {best.PredictionStrength:F2} ({best.ChancePredictionStrength:F2} for users without groups), a score of {best.Score:F2}");
        return best.Score >= MinStrength
            ? new ClusterCountChoice(best.Clusters, scores, stopped, $"{best.Clusters} clusters {(best.Clusters == previous ? "are told apart as well as any, and so many there were before" : "are told apart best")}: {figures}.")
            : new ClusterCountChoice(1, scores, stopped, FormattableString.Invariant(
                $"There is no structure: even {best.Clusters} clusters, which are told apart best, have {figures}, below {MinStrength:F2}."));
    }

    /// <summary>
    /// The excess over chance relative to the possible one, at most 1; where chance leaves no room, the strength if the silhouette is strong, else 0.
    /// </summary>
    private static double? Score(double? strength, double? chance, double silhouette) =>
        chance < CertainChance ? (strength - chance) / (1 - chance) : chance is null ? null : silhouette >= StrongSilhouette ? strength : 0;
}

/// <summary>The chosen number of clusters and the curve behind it.</summary>
/// <param name="Chosen">The candidate with the highest score; 1 when none has one that tells groups.</param>
/// <param name="Candidates">In ascending order.</param>
/// <param name="Stopped">Why no higher number was tried; null when all were.</param>
/// <param name="Reason">Why it is this number, or why there is no structure, as a sentence; null in clusterings of earlier versions.</param>
public sealed record ClusterCountChoice(int Chosen, IReadOnlyList<ClusterCountScore> Candidates, string? Stopped = null, string? Reason = null)
{
    /// <summary>Divides users without separate groups all the same, into <see cref="ClusterCountSelection.WithoutGroups"/> clusters or fewer.</summary>
    /// <param name="users">Number of users; each cluster has five or more of them on average.</param>
    internal ClusterCountChoice OrDivided(int users)
    {
        int divided = Math.Clamp(users / ClusterCountSelection.MinPointsPerCluster, 1, ClusterCountSelection.WithoutGroups);
        return Chosen > 1 || divided == 1
            ? this
            : this with { Chosen = divided, Reason = $"{Reason} The users are divided into {divided} clusters, as no number is asked for." };
    }
}

/// <summary>How good a number of clusters is, on a sample.</summary>
/// <param name="Clusters">The number.</param>
/// <param name="Silhouette">Mean silhouette, -1 to 1.</param>
/// <param name="Stability">
/// Mean adjusted Rand index of clusterings of different samples, at most 1: 1 less the size-corrected instability (Haslbeck and Wulff 2020); null
/// when every pair had a sample with too few different users.
/// </param>
/// <param name="PredictionStrength">
/// Fraction of the other members of a user's cluster, in one half of the users, that the clusters of the other half join with the user as well, 0
/// to 1; null when a half had too few different users.
/// </param>
/// <param name="ChancePredictionStrength">The same for random points without groups, of the same mean and covariance.</param>
/// <param name="Score">
/// Excess of the prediction strength over that by chance, divided by the highest possible one, at most 1; where the strength by chance is
/// .95 or more, the strength itself if the silhouette is .7 or more, else 0; null without a strength.
/// </param>
public sealed record ClusterCountScore(
    int Clusters, double Silhouette, double? Stability, double? PredictionStrength, double? ChancePredictionStrength, double? Score);
