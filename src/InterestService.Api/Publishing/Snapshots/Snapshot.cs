using System.Collections.Frozen;
using InterestService.Api.Storage.Entities;
using InterestService.Pipeline.Numerics;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// The published clustering in memory: what the lookups answer from, so that they go on while PostgreSQL is away. It never
/// changes; a publish puts another one in its place.
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

    /// <summary>Of the publication that it was loaded for.</summary>
    public long Version { get; }

    /// <summary>How many users had been erased when this was made.</summary>
    public long Erasures { get; private set; }

    /// <summary>How many increments it has; those who came with one are not lost when it grows.</summary>
    public long Increments { get; private set; }

    public DateTime AssignedAt { get; }

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<ClusterResponse> Clusters => _clusters.OrderBy(cluster => cluster.Id);

    public int UserCount => _users.Count;

    /// <summary>
    /// Strong, of all that follows from the clustering's own run: but for links and erasures that never changes once it has succeeded.
    /// </summary>
    public string ETag { get; private set; }

    /// <summary>Strong, of what may follow from every user.</summary>
    public string ETagOfAll => $"{ETag[..^1]}-{Increments}\"";

    /// <summary>Strong, of what is said of one user.</summary>
    public string ETagOf(string userId) => _later.TryGetValue(userId, out var later) ? $"{ETag[..^1]}-{later.Increment}\"" : ETag;

    /// <summary>The same with those who came with increments.</summary>
    /// <param name="users">Since the last one that it has.</param>
    /// <param name="increments">The last one.</param>
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

    /// <summary>The same without some users, and as if it had no increment: who was erased may have come again with one.</summary>
    /// <param name="users">All ids of each of them.</param>
    /// <param name="erasures">How many have been erased by now.</param>
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

    /// <summary>Vectors of those whom the clustering's own run assigned, by their rows.</summary>
    public UserVectors Vectors { get; } = new();

    /// <summary>By row.</summary>
    public IReadOnlyList<string> UserIds => _users.Ids;

    /// <summary>By row: the number of the cluster within the clustering.</summary>
    public IReadOnlyList<int> ClusterNumbers => [.. Enumerable.Range(0, UserCount).Select(row => _users[row].Cluster.Value)];

    /// <summary>Those who came with increments.</summary>
    public IEnumerable<IncrementalUser> IncrementalUsers => _later.Where(user => user.Key == user.Value.Placement.UserId).Select(user => user.Value);

    public IncrementalUser? FindIncremental(string userId) => _later.GetValueOrDefault(userId);

    /// <summary>The row of a user whom the clustering's own run assigned.</summary>
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

    /// <summary>A user who was placed by this clustering's model.</summary>
    public UserClusterResponse Describe(string? userId, Placement placement, DateTime at) => Describe(
        userId, placement.ClusterNumber, placement.Memberships, placement.Distance, placement.Noise, null, at,
        UserClusterResponse.Incremental);

    /// <summary>
    /// Whether a new user is noise: where the algorithm found noise, whoever is farther from the centroid than all of the cluster's users.
    /// </summary>
    /// <param name="number">Of the nearest cluster.</param>
    /// <param name="distance">To its centroid.</param>
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
