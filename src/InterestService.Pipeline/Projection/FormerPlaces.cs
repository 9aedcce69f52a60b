using InterestService.Pipeline.Numerics;

namespace InterestService.Pipeline.Projection;

/// <summary>Where an earlier map shows the users, to whom the new map should look familiar.</summary>
/// <param name="Points"><c>[users x 2]</c>; NaN for users whom it does not show.</param>
/// <param name="Stayed">Whether a user is where he was in the clusters too, so that his place should not change, <c>[users]</c>.</param>
public sealed record FormerPlaces(Matrix Points, bool[] Stayed)
{
    /// <summary>Returns whether the map shows a user.</summary>
    public bool Shows(int user) => !float.IsNaN(Points.Row(user)[0]);

    /// <summary>Returns the same for some users, in their order.</summary>
    internal FormerPlaces Select(int[] users) => new(Points.SelectRows(users), Array.ConvertAll(users, user => Stayed[user]));

    /// <summary>Turns, mirrors and moves a map so that it is nearest to this one (orthogonal Procrustes: Schönemann 1966), in place.</summary>
    /// <param name="places">The same users, <c>[users x 2]</c>.</param>
    internal void Align(Matrix places)
    {
        int[] users = Unmoved();
        if (users.Length == 0) users = [.. Enumerable.Range(0, Points.Rows).Where(Shows)];
        if (users.Length == 0) return;
        var (centreX, centreY) = Centre(places, users);
        var (formerX, formerY) = Centre(Points, users);
        var (turned, mirrored) = (new Rotation(), new Rotation());
        foreach (int user in users)
        {
            Span<float> place = places.Row(user), former = Points.Row(user);
            double x = place[0] - centreX, y = place[1] - centreY, toX = former[0] - formerX, toY = former[1] - formerY;
            turned.Add(x, y, toX, toY);
            mirrored.Add(x, -y, toX, toY);
        }

        double sign = mirrored.Gain > turned.Gain ? -1 : 1;
        var (cos, sin) = (sign < 0 ? mirrored : turned).Direction;
        for (int user = 0; user < places.Rows; user++)
        {
            var place = places.Row(user);
            double x = place[0] - centreX, y = sign * (place[1] - centreY);
            place[0] = (float)(formerX + (cos * x) - (sin * y));
            place[1] = (float)(formerY + (sin * x) + (cos * y));
        }
    }

    /// <summary>Computes the mean way of the users who stayed, as a fraction of the longer side of a map; null without such users or without an extent.</summary>
    /// <param name="places">The map, <c>[users x 2]</c>.</param>
    internal double? MeanDisplacement(Matrix places)
    {
        int[] users = Unmoved();
        double extent = Enumerable.Range(0, 2).Max(axis =>
        {
            float[] values = [.. Enumerable.Range(0, places.Rows).Select(row => places.Row(row)[axis])];
            return (double)values.Max() - values.Min();
        });
        return users.Length == 0 || extent == 0
            ? null
            : users.Average(user => Math.Sqrt(RowMath.SquaredDistance(places.Row(user), Points.Row(user)))) / extent;
    }

    private int[] Unmoved() => [.. Enumerable.Range(0, Points.Rows).Where(user => Shows(user) && Stayed[user])];

    private static (double X, double Y) Centre(Matrix points, int[] users) =>
        (users.Average(user => points.Row(user)[0]), users.Average(user => points.Row(user)[1]));

    /// <summary>The rotation that brings points nearest to others.</summary>
    private sealed class Rotation
    {
        private double _cos;
        private double _sin;

        /// <summary>How much nearer than without a direction.</summary>
        public double Gain => Math.Sqrt((_cos * _cos) + (_sin * _sin));

        public (double Cos, double Sin) Direction => Gain > 0 ? (_cos / Gain, _sin / Gain) : (1, 0);

        public void Add(double x, double y, double toX, double toY)
        {
            _cos += (x * toX) + (y * toY);
            _sin += (x * toY) - (y * toX);
        }
    }
}
