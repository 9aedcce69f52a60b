using System.Collections.Frozen;
using InterestService.Api.Storage;

namespace InterestService.Api.Publishing.Snapshots;

/// <summary>
/// The published clustering in memory: what the lookups answer from, so that they go on while PostgreSQL is away. It never
/// changes; a publish puts another one in its place.
/// </summary>
internal sealed class Snapshot
{
    private readonly AssignedUsers _users;
    private readonly Dictionary<int, float>? _reaches;
    private ClusterResponse[] _clusters; // that with number n within the clustering at n - 1
    private FrozenSet<string> _erased = [];
    private Dictionary<string, IncrementalUser> _later = [];

    public Snapshot(
        Guid clusteringId, long version, long erasures, DateTime assignedAt, IReadOnlyDictionary<int, ClusterResponse> byNumber, AssignedUsers users)
    {
        ClusteringId = clusteringId;
        Version = version;
        Erasures = erasures;
        AssignedAt = assignedAt;
        _clusters = [.. byNumber.OrderBy(cluster => cluster.Key).Select(cluster => cluster.Value)];
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

    /// <summary>The cluster with a number within the clustering, from 1: row <c>number - 1</c> of the model's centroids.</summary>
    public ClusterResponse ClusterOfNumber(int number) => _clusters[number - 1];

    /// <returns>The number within the clustering of the cluster with an id.</returns>
    public int? NumberOf(int id) => Array.FindIndex(_clusters, cluster => cluster.Id == id) is >= 0 and var index ? index + 1 : null;

    public ClusterResponse? FindCluster(int id) => Array.Find(_clusters, cluster => cluster.Id == id);

    /// <summary>Vectors of those whom the clustering's own run assigned, by their rows.</summary>
    public UserVectors Vectors { get; } = new();

    /// <summary>By row.</summary>
    public IReadOnlyList<string> UserIds => _users.Ids;

    /// <summary>By row: the number of the cluster within the clustering.</summary>
    public IReadOnlyList<int> ClusterNumbers => [.. Enumerable.Range(0, UserCount).Select(row => _users[row].Cluster)];

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
    public bool IsBeyond(int number, float distance) => _reaches is not null && distance > _reaches.GetValueOrDefault(number, -1);

    private UserClusterResponse Describe(
        string? userId, int number, ReadOnlySpan<StoredMembership> members, float distance, bool noise, float? strength,
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

    /// <returns>The largest distance of a user of each cluster, by number, who is no noise; null where nobody is noise.</returns>
    private Dictionary<int, float>? Reaches()
    {
        var reaches = new Dictionary<int, float>();
        bool anyNoise = false;
        for (int row = 0; row < _users.Count; row++)
        {
            var user = _users[row];
            if (user.Noise) anyNoise = true;
            else reaches[user.Cluster] = Math.Max(user.Distance, reaches.GetValueOrDefault(user.Cluster, -1));
        }

        return anyNoise ? reaches : null;
    }
}
