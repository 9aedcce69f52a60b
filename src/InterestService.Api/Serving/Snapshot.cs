using System.Collections.Frozen;

namespace InterestService.Api.Serving;

/// <summary>
/// The published clustering in memory: what the lookups answer from, so that they go on while PostgreSQL is away. It never
/// changes; a publish puts another one in its place.
/// </summary>
internal sealed class Snapshot
{
    private readonly FrozenDictionary<string, int> _rows;
    private FrozenDictionary<int, ClusterResponse> _clusters;
    private readonly Dictionary<int, int> _idsByNumber;
    private readonly int[] _clusterIds;
    private readonly bool[] _noise;
    private readonly float[] _distances;
    private readonly ClusterMembership[][] _memberships;
    private FrozenSet<string> _erased = [];

    public Snapshot(
        Guid clusteringId,
        long version,
        long erasures,
        DateTime assignedAt,
        IReadOnlyDictionary<int, ClusterResponse> byNumber,
        Dictionary<string, int> rows,
        int[] clusterIds,
        bool[] noise,
        float[] distances,
        ClusterMembership[][] memberships)
    {
        ClusteringId = clusteringId;
        Version = version;
        Erasures = erasures;
        AssignedAt = assignedAt;
        Clusters = [.. byNumber.Values.OrderBy(cluster => cluster.Id)];
        _idsByNumber = byNumber.ToDictionary(pair => pair.Key, pair => pair.Value.Id);
        _rows = rows.ToFrozenDictionary();
        _clusters = Clusters.ToFrozenDictionary(cluster => cluster.Id);
        _clusterIds = clusterIds;
        _noise = noise;
        _distances = distances;
        _memberships = memberships;
    }

    public Guid ClusteringId { get; }

    /// <summary>Of the publication that it was loaded for.</summary>
    public long Version { get; }

    /// <summary>How many users had been erased when this was made.</summary>
    public long Erasures { get; private set; }

    public DateTime AssignedAt { get; }

    /// <summary>In the order of their ids.</summary>
    public IReadOnlyList<ClusterResponse> Clusters { get; private set; }

    public int UserCount => _clusterIds.Length;

    /// <summary>Strong: but for links and erasures a clustering never changes once it has succeeded.</summary>
    public string ETag => $"\"{ClusteringId:N}-{Version}-{Erasures}\"";

    /// <summary>The same without some users.</summary>
    /// <param name="users">All ids of each of them.</param>
    /// <param name="erasures">How many have been erased by now.</param>
    public Snapshot Without(IReadOnlyCollection<string> users, long erasures)
    {
        var rest = (Snapshot)MemberwiseClone();
        rest.Erasures = erasures;
        rest._erased = _erased.Union(users).ToFrozenSet();
        rest.Clusters = [.. Clusters.Select(cluster => cluster with { Medoids = [.. cluster.Medoids.Where(user => !rest._erased.Contains(user))] })];
        rest._clusters = rest.Clusters.ToFrozenDictionary(cluster => cluster.Id);
        return rest;
    }

    /// <summary>The cluster with a number within the clustering, from 1: row <c>number - 1</c> of the model's centroids.</summary>
    public ClusterResponse ClusterOfNumber(int number) => _clusters[_idsByNumber[number]];

    public ClusterResponse? FindCluster(int id) => _clusters.GetValueOrDefault(id);

    public UserClusterResponse? FindUser(string userId)
    {
        if (!_rows.TryGetValue(userId, out int row) || _erased.Contains(userId)) return null;
        var memberships = _memberships[row];
        int clusterId = _clusterIds[row];
        return new UserClusterResponse(
            userId, clusterId, _clusters[clusterId].Label, memberships.FirstOrDefault(m => m.ClusterId == clusterId)?.Probability ?? 0, memberships,
            _distances[row], _noise[row], ClusteringId, AssignedAt, Source: "batch");
    }
}
