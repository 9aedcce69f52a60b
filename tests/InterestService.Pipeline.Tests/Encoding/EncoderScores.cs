using InterestService.Pipeline.Encoding;
using InterestService.Pipeline.Events;
using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Tests.Encoding;

/// <summary>Scores into new matrices.</summary>
internal static class EncoderScores
{
    public static Matrix Score(this IUserEncoder encoder, InteractionSet set, int[] users) => new ItemScorer(encoder.Score).Compute(set, users);

    public static Matrix Compute(this ItemScorer scorer, InteractionSet set, int[] users)
    {
        var scores = new Matrix(users.Length, set.ItemCount);
        // What was there before must not matter.
        Array.Fill(scores.Values, float.NaN);
        scorer(set, users, scores);
        return scores;
    }
}
