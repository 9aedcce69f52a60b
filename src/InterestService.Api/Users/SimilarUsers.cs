using System.Numerics.Tensors;
using InterestService.Api.Publishing.Snapshots;
using Npgsql;

namespace InterestService.Api.Users;

/// <summary>A user who is like another one.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Similarity">Cosine of the two users' vectors, above 0 and at most 1.</param>
public sealed record SimilarUser(string UserId, float Similarity);

/// <summary>
/// Finds similar users by the cosine of their vectors in the published clustering. The list ends where users are no more similar than random
/// ones are.
/// </summary>
internal sealed class SimilarUsers(NpgsqlDataSource database)
{
    /// <returns>Users, the most similar first; null when the user has no cluster.</returns>
    public async Task<IReadOnlyList<SimilarUser>?> FindAsync(Snapshot snapshot, string userId, int limit, CancellationToken cancellation)
    {
        var later = snapshot.FindIncremental(userId);
        int? own = later is null ? snapshot.People.FindRow(userId) : null;
        if (later is null && own is null) return null;
        var vectors = await snapshot.Vectors.ReadAsync(database, snapshot).WaitAsync(cancellation);
        return Find(snapshot, vectors, later, own, limit);
    }

    private static List<SimilarUser> Find(Snapshot snapshot, ComparedVectors compared, IncrementalUser? later, int? own, int limit)
    {
        var vectors = compared.File;
        var query = later is null ? vectors[own!.Value] : later.Placement.Vector;
        var found = vectors.Search(query, limit, row => row != own && snapshot.People.IsShown(row))
            .ConvertAll(row => new SimilarUser(snapshot.People.PersonOf(row.Row), row.Similarity));
        foreach (var user in snapshot.IncrementalUsers)
            if (user != later) found.Add(new SimilarUser(user.Placement.UserId, TensorPrimitives.Dot(query, user.Placement.Vector)));
        return [.. found.Where(user => user.Similarity >= compared.Limit && user.Similarity > 0).OrderByDescending(user => user.Similarity).Take(limit)];
    }
}
