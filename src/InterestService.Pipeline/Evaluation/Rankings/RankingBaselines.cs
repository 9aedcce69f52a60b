using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Evaluation.Rankings;

/// <summary>What an encoder's ranking has to beat.</summary>
public static class RankingBaselines
{
    /// <summary>Neighbours of an item that <see cref="ItemKnn"/> keeps.</summary>
    private const int Neighbours = 100;

    /// <summary>The more users an item has, the higher, for everybody alike.</summary>
    public static ItemScorer Popularity(InteractionSet training)
    {
        float[] users = new float[training.ItemCount];
        foreach (int item in training.Columns) users[item]++;
        return (_, rows) =>
        {
            var scores = new Matrix(rows.Length, users.Length);
            for (int i = 0; i < rows.Length; i++) users.CopyTo(scores.Row(i));
            return scores;
        };
    }

    /// <summary>The more users of the same cluster an item has, the higher: what a recommender gets that knows nothing but the cluster.</summary>
    /// <param name="training">Users and items.</param>
    /// <param name="clusters">Cluster of each user from 0, <c>[users]</c>; noise has been given a cluster.</param>
    /// <param name="clusterCount">Number of clusters.</param>
    public static ItemScorer PopularityInCluster(InteractionSet training, int[] clusters, int clusterCount)
    {
        var users = new Matrix(clusterCount, training.ItemCount);
        for (int user = 0; user < training.UserCount; user++)
            foreach (int item in training.ColumnsOf(user)) users.Row(clusters[user])[item]++;
        return (_, rows) => users.SelectRows(Array.ConvertAll(rows, row => clusters[row]));
    }

    /// <summary>
    /// Item-based nearest neighbours: the sum, over the user's items, of the cosine between their users and the candidate's
    /// (Deshpande and Karypis, "Item-based top-N recommendation algorithms", 2004), each item with its 100 nearest.
    /// </summary>
    /// <param name="training">Users and items.</param>
    /// <param name="users">Who will be scored: only their items need neighbours.</param>
    public static ItemScorer ItemKnn(InteractionSet training, int[] users)
    {
        var usersOf = training.ToSparseRows().Transpose();
        int[] items = [.. users.SelectMany(user => training.ColumnsOf(user).ToArray()).Distinct()];
        var neighbours = new (int Item, float Similarity)[training.ItemCount][];
        Parallel.ForEach(items, () => new ItemNeighbours(training, usersOf), (item, _, finder) =>
        {
            neighbours[item] = finder.Find(item);
            return finder;
        }, _ => { });

        return (set, rows) =>
        {
            var scores = new Matrix(rows.Length, training.ItemCount);
            for (int i = 0; i < rows.Length; i++)
                foreach (int item in set.ColumnsOf(rows[i]))
                    foreach (var (other, similarity) in neighbours[item]) scores.Row(i)[other] += similarity;
            return scores;
        };
    }

    /// <summary>Finds the nearest neighbours of one item after the other.</summary>
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
                // Positive floats are in the order of their bits; of items as similar the first come first.
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
