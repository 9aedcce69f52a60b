using System.Collections.Frozen;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// The published clustering in memory, from which lookups answer, also while PostgreSQL is unreachable. A snapshot never changes; a publish
/// replaces it.
/// </summary>
internal sealed class Snapshot
{
    private readonly AssignedUsers _users;
    private readonly float[]? _reaches;
    private ClusterResponse[] _clusters; // by index
    private FrozenSet<string> _erased = [];
    private Dictionary<string, IncrementalUser> _later = [];

    public Snapshot(
        Guid clusteringId, long version, long erasures, DateTime assignedAt, IReadOnlyDictionary<ClusterNumber, ClusterResponse> byNumber, AssignedUsers users)
    {
        ClusteringId = clusteringId;
        Version = version;
        Erasures = erasures;
        AssignedAt = assignedAt;
        _clusters = [.. byNumber.OrderBy(cluster => cluster.Key.Index).Select(cluster => cluster.Value)];
        _users = users;
        _reaches = Reaches();
        ETag = TagOf(erasures);
    }

    public Guid ClusteringId { get; }

    /// <summary>Version of the publication that it was loaded for.</summary>
    public long Version { get; }

    /// <summary>Number of erasures that it includes.</summary>
    public long Erasures { get; private set; }

    /// <summary>Number of the last increment that it includes.</summary>
    public long Increments { get; private set; }

    public DateTime AssignedAt { get; }

    /// <summary>Name of the encoder of the clustering.</summary>
    public required string Encoder { get; init; }

    /// <summary>The clusters, in the order of their ids.</summary>
    public IEnumerable<ClusterResponse> Clusters => _clusters.OrderBy(cluster => cluster.Id);

    public int UserCount => _users.Count;

    /// <summary>
    /// Strong ETag of everything that follows from the run of the clustering, which changes only by links and erasures once it has succeeded.
    /// </summary>
    public string ETag { get; private set; }

    /// <summary>Strong ETag of what may depend on every user.</summary>
    public string ETagOfAll => $"{ETag[..^1]}-{Increments}\"";

    /// <summary>Returns the strong ETag of the response about one user.</summary>
    public string ETagOf(string userId) => _later.TryGetValue(userId, out var later) ? $"{ETag[..^1]}-{later.Increment}\"" : ETag;

    /// <summary>Returns a snapshot that includes more increments.</summary>
    /// <param name="users">Users of the increments after <see cref="Increments"/>.</param>
    /// <param name="increments">Number of the last increment.</param>
    public Snapshot With(IReadOnlyList<IncrementalUser> users, long increments)
    {
        var grown = (Snapshot)MemberwiseClone();
        grown.Increments = increments;
        grown._later = new(_later);
        foreach (var user in users)
            foreach (string id in (string[])[user.Placement.UserId, .. user.Aliases])
                if (FindRow(id) is null) grown._later[id] = user;
        return grown;
    }

    /// <summary>Returns a snapshot without some users and without increments, because an erased user may have come again with one.</summary>
    /// <param name="users">All ids of the users.</param>
    /// <param name="erasures">Number of erasures by now.</param>
    public Snapshot Without(IReadOnlyCollection<string> users, long erasures)
    {
        var rest = (Snapshot)MemberwiseClone();
        rest.Erasures = erasures;
        rest.ETag = TagOf(erasures);
        rest.Increments = 0;
        rest._later = [];
        rest._erased = _erased.Union(users).ToFrozenSet();
        rest._clusters = Array.ConvertAll(
            _clusters, cluster => cluster with { Medoids = [.. cluster.Medoids.Where(user => !rest._erased.Contains(user))] });
        return rest;
    }

    /// <summary>Returns the cluster with a number within the clustering.</summary>
    public ClusterResponse ClusterOfNumber(ClusterNumber number) => _clusters[number.Index];

    /// <summary>Returns the number within the clustering of the cluster with an id; null when the clustering has no such cluster.</summary>
    public ClusterNumber? NumberOf(ClusterId id) =>
        Array.FindIndex(_clusters, cluster => cluster.Id == id.Value) is >= 0 and var index ? ClusterNumber.FromIndex(index) : null;

    /// <summary>Returns the cluster with an id; null when the clustering has no such cluster.</summary>
    public ClusterResponse? FindCluster(ClusterId id) => Array.Find(_clusters, cluster => cluster.Id == id.Value);

    /// <summary>Vectors of the users whom the run of the clustering assigned, by row.</summary>
    public UserVectors Vectors { get; } = new();

    /// <summary>Ids of the users by row.</summary>
    public IReadOnlyList<string> UserIds => _users.Ids;

    /// <summary>Numbers of the clusters within the clustering, by row of the user.</summary>
    public IReadOnlyList<int> ClusterNumbers => [.. Enumerable.Range(0, UserCount).Select(row => _users[row].Cluster.Value)];

    /// <summary>The users of the increments.</summary>
    public IEnumerable<IncrementalUser> IncrementalUsers => _later.Where(user => user.Key == user.Value.Placement.UserId).Select(user => user.Value);

    public IncrementalUser? FindIncremental(string userId) => _later.GetValueOrDefault(userId);

    /// <summary>Returns the row of a user; null unless the run of the clustering assigned the user.</summary>
    public int? FindRow(string userId) => _users.Ids.Find(userId) is { } row && !_erased.Contains(userId) ? row : null;

    public UserClusterResponse? FindUser(string userId)
    {
        if (_later.TryGetValue(userId, out var later)) return Describe(userId, later.Placement, later.AssignedAt);
        if (FindRow(userId) is not { } row) return null;
        var user = _users[row];
        return Describe(
            userId, user.Cluster, _users.MembershipsOf(user), user.Distance, user.Noise, user.Strength, AssignedAt,
            UserClusterResponse.Batch);
    }

    /// <summary>Describes a user whom the model placed.</summary>
    public UserClusterResponse Describe(string? userId, Placement placement, DateTime at) => Describe(
        userId, placement.ClusterNumber, placement.Memberships, placement.Distance, placement.Noise, null, at,
        UserClusterResponse.Incremental);

    /// <summary>
    /// Returns whether a new user is noise: where the algorithm finds noise, a user farther from the centroid than all users of the cluster.
    /// </summary>
    /// <param name="number">Number of the nearest cluster.</param>
    /// <param name="distance">Distance to its centroid.</param>
    public bool IsBeyond(ClusterNumber number, float distance) => _reaches is not null && distance > _reaches[number.Index];

    private UserClusterResponse Describe(
        string? userId, ClusterNumber number, ReadOnlySpan<StoredMembership> members, float distance, bool noise, float? strength,
        DateTime at, string source)
    {
        var memberships = new ClusterMembership[members.Length];
        float confidence = 0;
        for (int i = 0; i < members.Length; i++)
        {
            var member = ClusterOfNumber(members[i].Number);
            memberships[i] = new ClusterMembership(member.Id, member.Label, members[i].Probability);
            if (members[i].Number == number) confidence = members[i].Probability;
        }

        var cluster = ClusterOfNumber(number);
        return new UserClusterResponse(
            userId, cluster.Id, cluster.Label, confidence, memberships, distance, noise, strength, ClusteringId, at, source);
    }

    private string TagOf(long erasures) => $"\"{ClusteringId:N}-{Version}-{erasures}\"";

    /// <summary>Returns the largest distance of a user who is not noise, by index of the cluster, -1 without one; null when no user is noise.</summary>
    private float[]? Reaches()
    {
        float[] reaches = new float[_clusters.Length];
        Array.Fill(reaches, -1);
        bool anyNoise = false;
        for (int row = 0; row < _users.Count; row++)
        {
            var user = _users[row];
            if (user.Noise) anyNoise = true;
            else reaches[user.Cluster.Index] = Math.Max(user.Distance, reaches[user.Cluster.Index]);
        }

        return anyNoise ? reaches : null;
    }
}
