using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Preprocessing;

namespace InterestService.Pipeline.Evaluation;

/// <summary>What an encoder's ranking has to beat.</summary>
public static class RankingBaselines
{
    /// <summary>Neighbours of an item that <see cref="ItemKnn"/> keeps.</summary>
    private const int Neighbours = 100;

    /// <summary>The more users an item has, the higher, for everybody alike.</summary>
    public static Ranking.Scorer Popularity(InteractionSet training)
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
    public static Ranking.Scorer PopularityInCluster(InteractionSet training, int[] clusters, int clusterCount)
    {
        var users = new Matrix(clusterCount, training.ItemCount);
        for (int user = 0; user < training.UserCount; user++)
            foreach (int item in training.ColumnsOf(user)) users.Row(clusters[user])[item]++;
        return (_, rows) =>
        {
            var scores = new Matrix(rows.Length, training.ItemCount);
            for (int i = 0; i < rows.Length; i++) users.Row(clusters[rows[i]]).CopyTo(scores.Row(i));
            return scores;
        };
    }

    /// <summary>
    /// Item-based nearest neighbours: the sum, over the user's items, of the cosine between their users and the candidate's
    /// (Deshpande and Karypis, "Item-based top-N recommendation algorithms", 2004), each item with its 100 nearest.
    /// </summary>
    public static Ranking.Scorer ItemKnn(InteractionSet training)
    {
        var usersOf = SparseRows.Of(training).Transpose();
        var neighbours = new (int Item, float Similarity)[training.ItemCount][];
        Parallel.For(0, training.ItemCount, () => new int[training.ItemCount], (item, _, common) =>
        {
            var touched = new List<int>();
            foreach (int user in usersOf.ColumnsOf(item))
                foreach (int other in training.ColumnsOf(user))
                    if (common[other]++ == 0) touched.Add(other);
            var nearest = new PriorityQueue<(int Item, float Similarity), long>(Neighbours + 1);
            int own = usersOf.ColumnsOf(item).Length;
            foreach (int other in touched)
            {
                float similarity = common[other] / MathF.Sqrt((float)own * usersOf.ColumnsOf(other).Length);
                common[other] = 0;
                if (other == item) continue;
                // Positive floats are in the order of their bits; of items as similar the first come first.
                long priority = ((long)BitConverter.SingleToInt32Bits(similarity) << 32) | (uint)~other;
                if (nearest.Count < Neighbours) nearest.Enqueue((other, similarity), priority);
                else nearest.EnqueueDequeue((other, similarity), priority);
            }

            neighbours[item] = [.. nearest.UnorderedItems.Select(pair => pair.Element)];
            return common;
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
}
