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
        var usersOf = Transpose(training);
        var neighbours = new (int Item, float Similarity)[training.ItemCount][];
        Parallel.For(0, training.ItemCount, () => new int[training.ItemCount], (item, _, common) =>
        {
            var touched = new List<int>();
            foreach (int user in usersOf[item])
                foreach (int other in training.ColumnsOf(user))
                    if (common[other]++ == 0) touched.Add(other);
            neighbours[item] = [.. touched.Where(other => other != item)
                .Select(other => (Item: other, Similarity: common[other] / MathF.Sqrt((float)usersOf[item].Count * usersOf[other].Count)))
                .OrderByDescending(pair => pair.Similarity).ThenBy(pair => pair.Item).Take(Neighbours)];
            foreach (int other in touched) common[other] = 0;
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

    private static List<int>[] Transpose(InteractionSet set)
    {
        List<int>[] users = [.. Enumerable.Range(0, set.ItemCount).Select(_ => new List<int>())];
        for (int user = 0; user < set.UserCount; user++)
            foreach (int item in set.ColumnsOf(user)) users[item].Add(user);
        return users;
    }
}
