package contrail

// setLists are the members of values that hold lists in which the order means
// nothing, by the name of the member. The names are those of the model's
// complex types; where types share one, it means a set in all of them.
//
// Lists whose order decides are not here: rules of a network policy or an
// access control list, terms of a routing policy, name servers, encapsulation
// priorities, chains of services.
var setLists = map[string]bool{
	"share":                        true, // PermType2
	"rule_perms":                   true, // RbacRuleType
	"key_value_pair":               true, // KeyValuePairs
	"route_target":                 true, // RouteTargetList, StaticRouteType
	"community":                    true, // StaticRouteType, ExtCommunityListType, CommunityListType
	"community_attribute":          true, // CommunityAttributes
	"allowed_address_pair":         true, // AllowedAddressPairs
	"ip_address":                   true, // IpAddressesType
	"mac_address":                  true, // MacAddressesType
	"allocation_pools":             true, // IpamSubnetType, VirtualRouterNetworkIpamType
	"ipam_subnets":                 true, // VnSubnetsType
	"subnets":                      true, // IpamSubnets
	"subnet":                       true, // SubnetListType, VirtualRouterNetworkIpamType
	"subnet_list":                  true, // AddressType
	"subnet_uuid":                  true, // FloatingIpPoolSubnetType
	"route":                        true, // RouteTableType, RouteListType, StaticRouteEntriesType
	"uve_key":                      true, // UveKeysType
	"family":                       true, // AddressFamilies
	"family_attributes":            true, // BgpSessionAttributes
	"key_items":                    true, // AuthenticationData
	"qos_id_forwarding_class_pair": true, // QosIdForwardingClassPairs
	"linklocal_service_entry":      true, // LinklocalServicesTypes
	"ip_fabric_service_ip":         true, // LinklocalServiceEntryType
	"flow_aging_timeout":           true, // FlowAgingTimeoutList
	"port_translation_pool":        true, // PortTranslationPools
	"rule":                         true, // SecurityLoggingObjectRuleListType
	"fat_flow_protocol":            true, // FatFlowProtocols
	"plugin_property":              true, // PluginProperties
	"endpoint":                     true, // EncryptionTunnelEndpointList
	"subscriber":                   true, // DiscoveryServiceAssignmentType
	"tags":                         true, // FirewallRuleEndpointType
	"tag_ids":                      true, // FirewallRuleEndpointType
	"tag_list":                     true, // FirewallRuleMatchTagsType
	"tag_type":                     true, // FirewallRuleMatchTagsTypeIdList
	"asn":                          true, // AutonomousSystemsType
	"asn_ranges":                   true, // NamespaceValue
	"serial_num":                   true, // SerialNumListType
	"serial_nums":                  true, // NamespaceValue
	"device_family":                true, // DeviceFamilyListType
	"vendor_hardware":              true, // VendorHardwaresType
	"platform_name":                true, // DevicePlatformListType
	"service_port":                 true, // JunosServicePorts
	"labels":                       true, // PortInfoType
	"rb_roles":                     true, // RoutingBridgingRolesType, NodeProfileRoleType
	"role_mappings":                true, // NodeProfileRolesType
	"roles":                        true, // CloudInstanceInfo
	"logical_router_list":          true, // LogicalRouterPRListType
	"physical_router_uuid_list":    true, // LogicalRouterPRListParams
	"storm_control_actions":        true, // StormControlParameters
	"enabled_interface_params":     true, // SflowParameters
	"multicast_source_group":       true, // MulticastSourceGroups
	"field_names":                  true, // FieldNamesList
	"interface_route_table_uuid":   true, // StaticRouteParameters, PrefixListMatchType
	"statlist":                     true, // UserDefinedLogStatList
	"peer_ip_address_list":         true, // BgpParameters
}

// IsSetList tells of a list that it is a set for Contrail: the member of a
// value that holds it is called member, and the value stands in the given
// column of obj_uuid_table. A security group allows what any of its rules
// allows, so its rules are a set, while the rules of a policy are tried in
// order.
func IsSetList(column, member string) bool {
	if member == "policy_rule" {
		return column == "prop:security_group_entries"
	}
	return setLists[member]
}

// elementKeys are the members that tell which of the elements of a list is
// which, in the order in which they count.
var elementKeys = []string{
	"rule_uuid", "subnet_uuid", "tenant", "key", "prefix", "subnet", "role_name", "linklocal_service_name", "key_id", "address_family",
	"logical_router_uuid", "physical_role", "dhcp_option_name", "property", "physical_interface", "alias", "name",
}

// ElementKeys returns the names of the members by which elements of lists are
// known, those first that count most: a rule by its rule_uuid, a share by its
// tenant, a route by its prefix.
func ElementKeys() []string { return elementKeys }
