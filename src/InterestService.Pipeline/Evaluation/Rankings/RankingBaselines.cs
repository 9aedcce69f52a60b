using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

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
    /// <param name="clusterCount">Number of clusters.</param>
    public static ItemScorer PopularityInCluster(InteractionSet training, int[] clusters, int clusterCount)
    {
        var users = new Matrix(clusterCount, training.ItemCount);
        for (int user = 0; user < training.UserCount; user++)
            foreach (int item in training.ColumnsOf(user)) users.Row(clusters[user])[item]++;
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
        using var usersOf = training.ToSparseRows().Transpose();
        int[] items = [.. users.SelectMany(user => training.ColumnsOf(user).ToArray()).Distinct()];
        var neighbours = new (int Item, float Similarity)[training.ItemCount][];
        new RowChunks(items.Length, threads, cancellation, minimum: 64).ForEach((_, first, end) =>
        {
            var finder = new ItemNeighbours(training, usersOf);
            foreach (int item in items.AsSpan(first, end - first))
            {
                cancellation.ThrowIfCancellationRequested();
                neighbours[item] = finder.Find(item);
            }
        });

        return (set, rows, scores) =>
        {
            Array.Clear(scores.Values);
            for (int i = 0; i < rows.Length; i++)
                foreach (int item in set.ColumnsOf(rows[i]))
                    foreach (var (other, similarity) in neighbours[item]) scores.Row(i)[other] += similarity;
        };
    }

    /// <summary>Finds the nearest neighbours of items, one at a time.</summary>
    private sealed class ItemNeighbours(InteractionSet training, SparseRows usersOf)
    {
        private readonly int[] _common = new int[training.ItemCount];
        private readonly List<int> _touched = [];
        private readonly PriorityQueue<(int Item, float Similarity), long> _nearest = new(Neighbours + 1);

        public (int Item, float Similarity)[] Find(int item)
        {
            foreach (int user in usersOf.ColumnsOf(item))
                foreach (int other in training.ColumnsOf(user))
                    if (_common[other]++ == 0) _touched.Add(other);
            int own = usersOf.ColumnsOf(item).Length;
            foreach (int other in _touched)
            {
                float similarity = _common[other] / MathF.Sqrt((float)own * usersOf.ColumnsOf(other).Length);
                _common[other] = 0;
                if (other == item) continue;
                // Positive floats are ordered as their bits; equally similar items are ordered by index.
                long priority = ((long)BitConverter.SingleToInt32Bits(similarity) << 32) | (uint)~other;
                if (_nearest.Count < Neighbours) _nearest.Enqueue((other, similarity), priority);
                else _nearest.EnqueueDequeue((other, similarity), priority);
            }

            (int Item, float Similarity)[] nearest = [.. _nearest.UnorderedItems.Select(pair => pair.Element)];
            _touched.Clear();
            _nearest.Clear();
            return nearest;
        }
    }
}
