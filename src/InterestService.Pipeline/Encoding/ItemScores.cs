using System.Numerics.Tensors;

namespace InterestService.Pipeline.Encoding;

/// <summary>Scores of encoders whose users and items are vectors of the same space.</summary>
internal static class ItemScores
{
    /// <summary>Inner products of each user with each item; the bytes do not depend on the number of threads.</summary>
    /// <param name="users"><c>[users x dimensions]</c></param>
    /// <param name="items"><c>[items x dimensions]</c></param>
    /// <param name="threads">Most threads at work.</param>
    /// <returns><c>[users x items]</c></returns>
    public static Matrix Of(Matrix users, Matrix items, int threads)
    {
        var scores = new Matrix(users.Rows, items.Rows);
        new RowChunks(users.Rows, threads, CancellationToken.None, minimum: 8).ForEach((_, first, end) =>
        {
            for (int user = first; user < end; user++)
            {
                var row = scores.Row(user);
                for (int item = 0; item < row.Length; item++) row[item] = TensorPrimitives.Dot(users.Row(user), items.Row(item));
            }
        });
        return scores;
    }
}
