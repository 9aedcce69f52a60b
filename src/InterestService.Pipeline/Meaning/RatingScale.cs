namespace InterestService.Pipeline.Meaning;

/// <summary>The scale of a rating, such as 1 to 5.</summary>
/// <param name="Low">The worst value.</param>
/// <param name="High">The best value; above <paramref name="Low"/>.</param>
public readonly record struct RatingScale(double Low, double High)
{
    /// <summary>Part of the ratings that may lie outside: single mistakes do not change the scale.</summary>
    private const double Outside = .01;

    private static readonly double[] _tops = [1, 5, 10, 100];

    /// <summary>Returns where a value lies: -1 at the worst or below, 0 in the middle, 1 at the best or above.</summary>
    public double Place(double value) => Math.Clamp((value - (Low + High) / 2) / ((High - Low) / 2), -1, 1);

    /// <summary>
    /// Finds the scale of some ratings: it ends at 1, 5, 10, 100 or a higher power of ten, the least that 99 % of the ratings do not exceed, and
    /// begins at the negative of that if there are negative ratings, else at 1, .5 or 0, the highest that is not above the least rating.
    /// Ratings that are all 1 are taken as one of five stars, since the scale 0 to 1 would say nothing with them.
    /// </summary>
    /// <param name="values">At least one finite value, in any order; sorted by this method.</param>
    public static RatingScale Find(Span<float> values)
    {
        values.Sort();
        int outside = (int)(values.Length * Outside);
        double most = values[values.Length - 1 - outside];
        // Of thumbs, 99 of 100 may be up.
        double least = most <= 1 && values[0] >= -1 ? values[0] : values[outside];
        if (least < 0)
        {
            double bound = Top(Math.Max(-least, most));
            return new RatingScale(-bound, bound);
        }

        double top = least == 1 ? Math.Max(Top(most), 5) : Top(most);
        double bottom = top is 1 or >= 100 || least < .5 ? 0 : least < 1 ? .5 : 1;
        return new RatingScale(bottom, top);
    }

    private static double Top(double most)
    {
        foreach (double top in _tops)
            if (most <= top) return top;
        return Math.Pow(10, Math.Ceiling(Math.Log10(most)));
    }
}
