using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;
using InterestService.Pipeline.Numerics.Neighbours;

namespace InterestService.Pipeline.Evaluation.Rankings;

/// <summary>Simple rankings as baselines for the ranking of an encoder.</summary>
public static class RankingBaselines
{
    /// <summary>Number of neighbours of an item that <see cref="ItemKnn"/> keeps.</summary>
    private const int Neighbours = 100;

    /// <summary>Scores items by their number of users.</summary>
    public static ItemScorer Popularity(InteractionSet training)
    {
        float[] users = new float[training.ItemCount];
        foreach (int item in training.Columns.Span) users[item]++;
        return (_, rows, scores) =>
        {
            for (int i = 0; i < rows.Length; i++) users.CopyTo(scores.Row(i));
        };
    }

    /// <summary>Scores items by their number of users in the same cluster.</summary>
    /// <param name="training">Users and items.</param>
    /// <param name="clusters">Cluster of each user from 0, <c>[users]</c>; for noise the nearest one.</param>
    /// <param name="telling">The same, -1 for users who do not count, <c>[users]</c>.</param>
    /// <param name="clusterCount">Number of clusters.</param>
    public static ItemScorer PopularityInCluster(InteractionSet training, int[] clusters, int[] telling, int clusterCount)
    {
        var users = new Matrix(clusterCount, training.ItemCount);
        for (int user = 0; user < training.UserCount; user++)
        {
            if (telling[user] < 0) continue;
            foreach (int item in training.ColumnsOf(user)) users.Row(telling[user])[item]++;
        }

        return (_, rows, scores) =>
        {
            for (int i = 0; i < rows.Length; i++) users.Row(clusters[rows[i]]).CopyTo(scores.Row(i));
        };
    }

    /// <summary>
    /// Scores items by item-based nearest neighbours: the sum, over the user's items, of the cosine between their users and the candidate's
    /// (Deshpande and Karypis, "Item-based top-N recommendation algorithms", 2004), each item with its 100 nearest.
    /// </summary>
    /// <param name="training">Users and items.</param>
    /// <param name="users">The users to be scored; only their items need neighbours.</param>
    /// <param name="threads">Maximum number of threads; the scores do not depend on it.</param>
    /// <param name="cancellation">Checked before each item.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public static ItemScorer ItemKnn(InteractionSet training, int[] users, int threads, CancellationToken cancellation)
    {
        using var interactions = training.ToSparseRows();
        float[] weights = new float[training.UserCount];
        Array.Fill(weights, 1);
        int[] items = [.. users.SelectMany(user => training.ColumnsOf(user).ToArray()).Distinct()];
        var neighbours = NearestColumns.Find(interactions, weights, items, Neighbours, threads, cancellation);
        return (set, rows, scores) =>
        {
            Array.Clear(scores.Values);
            for (int i = 0; i < rows.Length; i++)
                foreach (int item in set.ColumnsOf(rows[i]))
                    foreach (var (other, similarity) in neighbours[item]) scores.Row(i)[other] += similarity;
        };
    }
}
